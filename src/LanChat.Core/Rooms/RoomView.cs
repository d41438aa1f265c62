using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>
/// What the entries of a room mean: edits, deletes, reactions, topic, creator, closing, the relay that orders it. Fed with the opened bodies of
/// every kind but text and action; worked out anew when the room's order has changed. Texts of messages stay in the store.
/// </summary>
/// <remarks>The log's relay follows from the creator's own chain, never from the order, so that the two cannot chase each other.</remarks>
internal sealed class RoomView
{
    private readonly RoomLog _log;
    private readonly bool _hasCreator;
    private readonly bool _obeysAnybody;
    private readonly Dictionary<EntryHash, List<(EntryHash Entry, string Text)>> _edits = [];
    private readonly Dictionary<EntryHash, List<EntryHash>> _deletes = [];
    private readonly Dictionary<EntryHash, List<(EntryHash Entry, ReactionBody Body)>> _reactions = [];
    private readonly Dictionary<EntryHash, string> _topics = [];
    private readonly Dictionary<EntryHash, RoomCreatedBody> _created = [];
    private readonly Dictionary<EntryHash, RelayAddress?> _relays = [];
    private readonly HashSet<EntryHash> _closes = [];
    private readonly HashSet<EntryHash> _hidden = [];
    private readonly List<EntryHash> _found = [];
    private long _workedOutAt = -1;
    private long _fed;
    private long _workedOutFed = -1;
    private PeerId _creator;
    private EntryHash _creation;
    private EntryHash _topicEntry;
    private string _topic = "";
    private EntryHash _close;
    private RelayAddress? _relay;
    private EntryHash _relayEntry;

    /// <param name="log">The room's entries.</param>
    /// <param name="hasCreator">False for rooms that nobody made: <c>#lobby</c> and direct rooms.</param>
    /// <param name="guards">Which guards are in force; all of them but for planted bugs.</param>
    public RoomView(RoomLog log, bool hasCreator, Guards? guards = null)
    {
        _log = log;
        _obeysAnybody = guards is { ObeyAnybody: true };
        _hasCreator = hasCreator && log.Kind != RoomKind.Direct;
    }

    /// <summary>Who made the room; none while nobody has said so.</summary>
    public PeerId Creator => Update()._creator;

    /// <summary>Empty for none.</summary>
    public string Topic => Update()._topic;

    /// <summary>Whether the creator has closed the room.</summary>
    public bool IsClosed => !Update()._close.IsNone;

    /// <summary>The relay that the creator of a private room names; null for none. Elsewhere the log's choice counts.</summary>
    public RelayAddress? NamedRelay => Update()._relay;

    /// <summary>Takes an opened body. Texts and actions mean nothing beyond themselves and are not kept.</summary>
    public void Feed(EntryHash entry, EntryBody body)
    {
        switch (body)
        {
            case EditBody edit:
                Add(_edits, edit.Target, (entry, edit.Text));
                break;
            case DeleteBody delete:
                Add(_deletes, delete.Target, entry);
                break;
            case ReactionBody reaction:
                Add(_reactions, reaction.Target, (entry, reaction));
                break;
            case TopicBody topic:
                _topics[entry] = topic.Text;
                break;
            case RoomCreatedBody created:
                _created[entry] = created;
                break;
            case RoomClosedBody:
                _closes.Add(entry);
                break;
            case RelayBody relay:
                _relays[entry] = relay.Relay;
                break;
            default:
                return;
        }
        _fed++;
    }

    /// <summary>Forgets entries that are no longer held.</summary>
    public void Forget(IReadOnlyCollection<EntryHash> entries)
    {
        var gone = entries as IReadOnlySet<EntryHash> ?? entries.ToHashSet();
        Drop(_edits, gone, edit => edit.Entry);
        Drop(_deletes, gone, delete => delete);
        Drop(_reactions, gone, reaction => reaction.Entry);
        foreach (var entry in gone)
        {
            _topics.Remove(entry);
            _created.Remove(entry);
            _relays.Remove(entry);
            _closes.Remove(entry);
        }
        _fed++;
    }

    /// <summary>The text that an edit gave a message; null when none counts. Edits apply in the author's seq order.</summary>
    public string? PresentText(EntryHash message)
    {
        if (!_edits.TryGetValue(message, out var edits)) return null;
        string? text = null;
        var last = 0;
        foreach (var edit in edits)
        {
            if (SeqOfOwn(edit.Entry, message) is not { } seq || seq <= last) continue;
            (text, last) = (edit.Text, seq);
        }
        return text;
    }

    /// <summary>Whether the author took the message back. What gives the room its meaning (edits, topics, and the like) cannot be taken back.</summary>
    public bool IsDeleted(EntryHash message) =>
        _log.TryGet(message, out var info) && !EntryKinds.HasMeaning(info.Kind)
        && _deletes.TryGetValue(message, out var deletes) && deletes.Exists(delete => SeqOfOwn(delete, message) is not null);

    /// <summary>Emoji under a message and who put them there, by the place of the entries that put them.</summary>
    public ImmutableArray<(string Emoji, PeerId PeerId)> Reactions(EntryHash message)
    {
        if (!_reactions.TryGetValue(message, out var reactions)) return [];
        var last = new Dictionary<(string Emoji, PeerId Author), (int Seq, int Position, bool IsRemoved)>();
        foreach (var (entry, body) in reactions)
        {
            if (!_log.TryGet(entry, out var info) || info.IsSetAside) continue;
            var key = (body.Emoji, info.Author);
            if (!last.TryGetValue(key, out var known) || known.Seq < info.Seq) last[key] = (info.Seq, info.Position, body.Removed);
        }
        return [.. last.Where(pair => !pair.Value.IsRemoved).OrderBy(pair => pair.Value.Position).Select(pair => pair.Key)];
    }

    /// <summary>Whether an entry was written by somebody who had seen the room closed: kept, not shown.</summary>
    public bool IsHidden(EntryHash entry) => Update()._hidden.Contains(entry);

    /// <summary>Entries below an author's floor that retention has to spare, and what changes a message that is kept.</summary>
    /// <param name="entry">An entry about to be removed.</param>
    /// <param name="isKept">Whether another entry stays.</param>
    public bool IsSpared(EntryHash entry, Func<EntryHash, bool> isKept)
    {
        Update();
        if (entry == _topicEntry || entry == _creation || entry == _close || entry == _relayEntry) return true;
        return _edits.Any(pair => isKept(pair.Key) && pair.Value.Exists(edit => edit.Entry == entry))
            || _deletes.Any(pair => isKept(pair.Key) && pair.Value.Contains(entry));
    }

    private RoomView Update()
    {
        if (_workedOutAt == _log.OrderVersion && _workedOutFed == _fed) return this;
        WorkOutCreator();
        WorkOutRelay();
        (_workedOutAt, _workedOutFed) = (_log.OrderVersion, _fed);
        WorkOutTopic();
        WorkOutClose();
        return this;
    }

    /// <summary>Private rooms have their creator in their id; elsewhere it is the author of the first room-created.</summary>
    private void WorkOutCreator()
    {
        _creator = _log.Creator;
        _creation = default;
        if (!_hasCreator && _log.Kind != RoomKind.Private) return;
        var first = int.MaxValue;
        foreach (var entry in _created.Keys)
        {
            if (!_log.TryGet(entry, out var info) || info.IsSetAside || info.Position >= first) continue;
            if (!_log.Creator.IsNone && info.Author != _log.Creator) continue;
            (first, _creation, _creator) = (info.Position, entry, info.Author);
        }
    }

    private void WorkOutRelay()
    {
        (_relay, _relayEntry) = (null, default);
        if (_log.Kind != RoomKind.Private || _log.Creator.IsNone) return;
        var last = 0;
        var named = _created.Select(pair => (pair.Key, pair.Value.Relay)).Concat(_relays.Select(pair => (pair.Key, pair.Value)));
        foreach (var (entry, relay) in named)
        {
            if (!_log.TryGet(entry, out var info) || info.IsSetAside || info.Author != _log.Creator || info.Seq <= last) continue;
            (last, _relay, _relayEntry) = (info.Seq, relay, entry);
        }
        _log.NameRelay(_relay?.Id ?? default);
    }

    private void WorkOutTopic()
    {
        (_topic, _topicEntry) = ("", default);
        var last = -1;
        if (!_creation.IsNone && _created[_creation].Topic.Length > 0) (last, _topic, _topicEntry) = (_log.PositionOf(_creation), _created[_creation].Topic, _creation);
        foreach (var (entry, text) in _topics)
        {
            if (!_log.TryGet(entry, out var info) || info.IsSetAside || info.Position <= last) continue;
            (last, _topic, _topicEntry) = (info.Position, text, entry);
        }
    }

    /// <summary>Entries with the close among their ancestors are hidden; those written without having seen it stay.</summary>
    private void WorkOutClose()
    {
        _close = default;
        _hidden.Clear();
        if (_creator.IsNone) return;
        var first = int.MaxValue;
        foreach (var entry in _closes)
        {
            if (!_log.TryGet(entry, out var info) || info.IsSetAside || info.Author != _creator || info.Position >= first) continue;
            (first, _close) = (info.Position, entry);
        }
        if (_close.IsNone) return;
        for (var position = first + 1; position < _log.Count; position++)
        {
            var entry = _log.At(position);
            _found.Clear();
            _log.Dependencies(entry, _found);
            if (_found.Exists(before => before == _close || _hidden.Contains(before))) _hidden.Add(entry);
        }
    }

    /// <summary>Seq of an entry that changes a message, when it is its author's own and counts.</summary>
    private int? SeqOfOwn(EntryHash change, EntryHash message) =>
        _log.TryGet(change, out var info) && !info.IsSetAside && _log.TryGet(message, out var target)
        && ((target.Author == info.Author && target.Seq < info.Seq) || _obeysAnybody) ? info.Seq : null;

    private static void Add<T>(Dictionary<EntryHash, List<T>> lists, EntryHash target, T item)
    {
        if (!lists.TryGetValue(target, out var list)) lists.Add(target, list = []);
        if (!list.Contains(item)) list.Add(item);
    }

    private static void Drop<T>(Dictionary<EntryHash, List<T>> lists, IReadOnlySet<EntryHash> gone, Func<T, EntryHash> entryOf)
    {
        foreach (var (target, list) in lists.ToList())
        {
            list.RemoveAll(item => gone.Contains(entryOf(item)));
            if (list.Count == 0) lists.Remove(target);
        }
    }
}
