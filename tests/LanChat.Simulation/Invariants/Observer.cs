using LanChat.Core;
using LanChat.Protocol;
using LanChat.Simulation.Engine;

namespace LanChat.Simulation.Invariants;

/// <summary>Something a user said, as the model remembers it.</summary>
/// <param name="Ref">Names it among all.</param>
/// <param name="Host">Who said it.</param>
/// <param name="Room">Where.</param>
/// <param name="Text">What.</param>
/// <param name="At">When.</param>
/// <param name="Seen">Messages of that room that had been shown to its author before.</param>
internal sealed record Saying(string Ref, int Host, string Room, string Text, TimeSpan At, IReadOnlyList<EntryHash> Seen)
{
    /// <summary>The entry it became, once the client had accepted it.</summary>
    public EntryHash Id { get; set; }

    public bool IsAccepted { get; set; }

    /// <summary>When, for people.</summary>
    public string AcceptedAt { get; set; } = "";

    /// <summary>Whether the relay said that it keeps it.</summary>
    public bool IsOnRelay { get; set; }
}

/// <summary>
/// The independent model: remembers what users said and what they were shown, from the events alone, and complains at once about what may
/// never happen.
/// </summary>
internal sealed class Observer(World world)
{
    /// <summary>How long a message waits for what its author had seen before it is shown with a mark (PROTOCOL.md, section 7, delivery).</summary>
    private static readonly TimeSpan CausalPatience = TimeSpan.FromSeconds(5);

    /// <summary>Where the malicious peer leaves out texts.</summary>
    private const string AttackedRoom = "#lobby";

    private readonly Dictionary<string, Saying> _sayings = [];
    private readonly Dictionary<EntryHash, Saying> _byId = [];
    private readonly Dictionary<(int Host, string Room), List<EntryHash>> _shown = [];
    private readonly HashSet<(int Host, int Life, EntryHash Id)> _shownOnce = [];
    private readonly Dictionary<(int Host, EntryHash Unseen), (TimeSpan At, string Text)> _hasty = [];
    private readonly Dictionary<(int Host, string Room), TimeSpan> _marked = [];

    /// <summary>What was shown to whom with a gap marked before it.</summary>
    private readonly HashSet<(int Host, EntryHash Id)> _shownWithGap = [];

    /// <summary>Until when what is shown late may have waited in vain for a text that the malicious peer had left out.</summary>
    private TimeSpan _bodiesMissingUntil;
    private readonly Dictionary<(int Host, string Room), HashSet<EntryHash>> _shownSets = [];
    private readonly Dictionary<(int Host, string Room), TranscriptEvent> _transcripts = [];
    private readonly List<(int Host, string Room, List<EntryHash> Stamped, PeerId Relay)> _orders = [];

    /// <summary>What was found wrong so far.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Whether a relay that never lost its log has an entry on its disk, now; true where that cannot be said.</summary>
    public Func<EntryHash, bool> IsOnRelayDisk { private get; set; } = _ => true;

    public IEnumerable<Saying> Sayings => _sayings.Values;

    public IReadOnlyList<(int Host, string Room, List<EntryHash> Stamped, PeerId Relay)> Orders => _orders;

    /// <summary>Invite links by room, as their makers were told.</summary>
    public Dictionary<string, string> Invites { get; } = [];

    /// <summary>Whether an honest user said it. What a malicious one writes past gaps of its own nobody can build on.</summary>
    public bool IsSaid(EntryHash id) => _byId.ContainsKey(id);

    /// <summary>Ids by room that the model may choose one of to change or answer to.</summary>
    public List<EntryHash> Shown(int host, string room)
    {
        if (!_shown.TryGetValue((host, room), out var shown)) _shown.Add((host, room), shown = []);
        return shown;
    }

    /// <summary>
    /// Whether a message can name all that its author had seen: it has room for four parents (PROTOCOL.md, section 7), and what was said at once by
    /// more people than that, with what was said of it, it cannot.
    /// </summary>
    public bool NamesAllSeen(Saying saying)
    {
        var below = saying.Seen.Where(_byId.ContainsKey).SelectMany(seen => _byId[seen].Seen).ToHashSet();
        return saying.Seen.Count(seen => !below.Contains(seen)) < Limits.MaxParents;
    }

    /// <summary>
    /// Whether what its author had been shown has to stand before a message. What was shown with a gap marked cannot be named as a parent: its own parents
    /// are not held (PROTOCOL.md, section 7).
    /// </summary>
    public bool CountsAsSeen(Saying saying, EntryHash seen) => IsSaid(seen) && !_shownWithGap.Contains((saying.Host, seen));

    /// <summary>A host lost what was not synced: it may not know any more what its user had been shown, and cannot build on it.</summary>
    public void Forget(int host)
    {
        foreach (var (_, shown) in _shown.Where(pair => pair.Key.Host == host)) shown.Clear();
    }

    public IReadOnlyList<Saying> Own(int host, string room) => [.. _sayings.Values.Where(s => s.Host == host && s.Room == room && s.IsAccepted)];

    public void Said(Saying saying) => _sayings.Add(saying.Ref, saying);

    public void Observe(Host host, NodeOutput output)
    {
        if (output is not Tell tell) return;
        switch (tell.Event)
        {
            case AcceptedEvent accepted:
                Accept(host, accepted);
                break;
            case MessageEvent message:
                Show(host, message);
                break;
            case DeliveryEvent { State.IsOnRelay: true } delivery when _byId.TryGetValue(delivery.Id, out var kept):
                if (!IsOnRelayDisk(kept.Id)) Complaints.Add($"{host.Name} was told that the relay keeps {kept.Text}, which is not on its disk");
                kept.IsOnRelay = true;
                break;
            case CreatedEvent created:
                Invites[created.Room.Label] = created.Invite;
                break;
            case TranscriptEvent transcript:
                Keep(host, transcript);
                break;
        }
    }

    /// <summary>The last transcript of a room that a host gave; null for none.</summary>
    public TranscriptEvent? Transcript(int host, string room) => _transcripts.GetValueOrDefault((host, room));

    public void ForgetTranscripts() => _transcripts.Clear();

    private void Accept(Host host, AcceptedEvent accepted)
    {
        if (accepted.Ref is not { } reference || !_sayings.TryGetValue(reference, out var saying)) return;
        if (saying.IsAccepted && saying.Id != accepted.Id) Complaints.Add($"{host.Name} accepted {reference} twice");
        saying.IsAccepted = true;
        saying.AcceptedAt = $"{host.Time.UtcMilliseconds - World.Start - host.ClockOffset} life {host.Life}";
        saying.Id = accepted.Id;
        _byId[accepted.Id] = saying;
    }

    private void Show(Host host, MessageEvent message)
    {
        var id = message.Message.Id;
        if (!_shownOnce.Add((host.Index, host.Life, id))) Complaints.Add($"{host.Name} was shown {message.Message.Text} twice");
        CheckHaste(host, message);
        Shown(host.Index, message.Room.Label).Add(id);
        Check(host, message.Room.Label, message.Message);
    }

    /// <summary>
    /// The malicious peer passes on entries without their texts. What builds on one waits for it like for any that is missing, and may be something that
    /// nobody sees; the text itself comes without a mark, once somebody has supplied it.
    /// </summary>
    public void BodiesAreLeftOut() => _bodiesMissingUntil = world.Now + TimeSpan.FromSeconds(30);

    /// <summary>
    /// Causal display: what an author had been shown is shown before what it wrote, or that waits for five seconds. Once something was shown
    /// with a gap marked, what builds on it shows no gap of its own, so such a room is not looked at for a while; what comes marked waited
    /// for a gap of its own while the patience of what builds on it, be it a reaction that nobody sees marked, ran out.
    /// </summary>
    private void CheckHaste(Host host, MessageEvent message)
    {
        var key = (host.Index, message.Room.Label);
        var now = host.Time.Monotonic;
        var id = message.Message.Id;
        if (message.Message.Mark == "missing")
        {
            _marked[key] = now;
            _shownWithGap.Add((host.Index, id));
            if (_byId.TryGetValue(id, out var early) && world.Now - early.At < CausalPatience)
                Complaints.Add($"{host.Name} was shown {early.Text} with a gap marked, {(world.Now - early.At).TotalSeconds:F1} s after it was said");
        }
        if (!_shownSets.TryGetValue(key, out var shown)) _shownSets.Add(key, shown = []);
        shown.Add(id);
        var isGapKnown = _marked.TryGetValue(key, out var marked) && now - marked < TimeSpan.FromSeconds(20);
        isGapKnown |= message.Room.Label == AttackedRoom && world.Now < _bodiesMissingUntil;
        if (_hasty.Remove((host.Index, id), out var hasty) && !isGapKnown && now - hasty.At < TimeSpan.FromSeconds(4) && now > hasty.At)
            Complaints.Add($"{host.Name} was shown {hasty.Text} before what its author had seen");
        if (!_byId.TryGetValue(id, out var saying) || isGapKnown) return;
        foreach (var seen in saying.Seen)
        {
            if (!shown.Contains(seen) && CountsAsSeen(saying, seen) && NamesAllSeen(saying)) _hasty.TryAdd((host.Index, seen), (now, message.Message.Text));
        }
    }

    private void Keep(Host host, TranscriptEvent transcript)
    {
        var room = transcript.Room.Label;
        _transcripts[(host.Index, room)] = transcript;
        foreach (var message in transcript.Entries) Check(host, room, message);
        var stamped = transcript.Entries.Where(message => message.Stamp is not null).Select(message => message.Id).ToList();
        if (stamped.Count > 1) _orders.Add((host.Index, room, stamped, transcript.Room.OrderingRelay));
    }

    /// <summary>Isolation: what is shown in a room was said there, by the one it is shown to be from.</summary>
    private void Check(Host host, string room, MessageView message)
    {
        if (_byId.TryGetValue(message.Id, out var known) && !IsAt(known, room))
            Complaints.Add($"{host.Name} holds in {room} an entry that was written in {known.Room}: {known.Text}");
        if (message.Kind is not "text" || !message.Text.StartsWith('[')) return;
        var end = message.Text.IndexOf(']', StringComparison.Ordinal);
        var reference = end > 0 ? message.Text[1..end] : "";
        if (!_sayings.TryGetValue(reference, out var saying))
        {
            Complaints.Add($"{host.Name} was shown in {room} what nobody said: {message.Text}");
            return;
        }
        if (!IsAt(saying, room)) Complaints.Add($"{host.Name} was shown in {room} what was said in {saying.Room}: {message.Text}");
    }

    /// <summary>A direct room has another name at each of its two ends.</summary>
    private static bool IsAt(Saying saying, string room) => saying.Room.StartsWith('@') ? room.StartsWith('@') : saying.Room == room;
}
