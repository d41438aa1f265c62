using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Tui;

/// <summary>A line between messages that is no message: who came and went, answers to commands.</summary>
/// <param name="After">The message it stands below; none for the room's beginning.</param>
/// <param name="At">When.</param>
/// <param name="Text">The text, lines separated by line feeds; empty for comings and goings.</param>
/// <param name="Tone">How it is shown.</param>
internal sealed record Note(EntryHash After, DateTimeOffset At, string Text, Tone Tone)
{
    /// <summary>Who came.</summary>
    public List<string> Came { get; init; } = [];

    /// <summary>Who went.</summary>
    public List<string> Went { get; init; } = [];

    /// <summary>What is shown.</summary>
    public string Shown => Text.Length > 0 ? Text : string.Join(" · ", new[]
    {
        Came.Count > 0 ? $"→ {string.Join(", ", Came)} joined" : null,
        Went.Count > 0 ? $"← {string.Join(", ", Went)} left" : null,
    }.Where(part => part is not null));
}

/// <summary>
/// The messages of a room that are held: a window on the room's order, loaded in pages as the user scrolls, never the whole room. Messages that
/// come while the window is at the end are appended; what changes the order has the window loaded again.
/// </summary>
internal sealed class Timeline
{
    /// <summary>Messages asked for at once.</summary>
    public const int PageSize = 200;

    /// <summary>Messages held at most; beyond, those farthest from what is shown go.</summary>
    public const int Capacity = 1200;

    /// <summary>Notes held at most; beyond, the oldest go.</summary>
    public const int NoteCapacity = 300;

    private readonly List<MessageView> _held = [];
    private readonly List<Note> _notes = [];
    private (PageQuery Query, bool Replaces)? _asked;
    private bool _stale;

    /// <summary>A room with so many messages, none of them held.</summary>
    public Timeline(RoomId room, int count)
    {
        Room = room;
        Count = count;
        From = To = count;
    }

    /// <summary>Whose.</summary>
    public RoomId Room { get; }

    /// <summary>The held messages in room order.</summary>
    public IReadOnlyList<MessageView> Held => _held;

    /// <summary>Notes in the order they came.</summary>
    public IReadOnlyList<Note> Notes => _notes;

    /// <summary>Place of the first held message.</summary>
    public int From { get; private set; }

    /// <summary>Place after the last held message.</summary>
    public int To { get; private set; }

    /// <summary>Messages in the room.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the last message is held.</summary>
    public bool HoldsEnd => To >= Count;

    /// <summary>Counts up with each change, so that views know when to lay out again.</summary>
    public int Version { get; private set; }

    /// <summary>The first message the user has not seen; the marker stands above it. Null for no marker.</summary>
    public EntryHash? Marker { get; set; }

    /// <summary>A new message, which brings the room to <paramref name="count"/>.</summary>
    public void Add(MessageView message, int count)
    {
        bool wasAtEnd = HoldsEnd;
        Count = Math.Max(count, Count);
        Version++;
        if (!wasAtEnd || IndexOf(message.Id) >= 0)
        {
            return;
        }

        _stale |= message.IsLate;
        _held.Add(message);
        To = Count;
        From = Math.Max(0, Math.Min(From, To - _held.Count));
        Trim(fromStart: true);
    }

    /// <summary>Changes a held message; one that is not held is loaded as it then is.</summary>
    public void Change(EntryHash id, Func<MessageView, MessageView> change)
    {
        int at = IndexOf(id);
        if (at < 0)
        {
            return;
        }

        _held[at] = change(_held[at]);
        bool before = at == 0 || _held[at - 1].Stamp is not { } lower || _held[at].Stamp is not { } own || lower < own;
        bool after = at + 1 == _held.Count || _held[at + 1].Stamp is not { } higher || _held[at].Stamp is not { } mine || mine < higher;
        _stale |= !before || !after;
        Version++;
    }

    /// <summary>The room's number of messages, as told with anything else.</summary>
    public void Recount(int count)
    {
        if (count < Count)
        {
            _stale = true;
            To = Math.Min(To, count);
            From = Math.Min(From, count);
        }

        Count = count;
    }

    /// <summary>What to ask for next, or null. One question at a time.</summary>
    /// <param name="older">What is shown comes near the first held message.</param>
    /// <param name="newer">What is shown comes near the last held message.</param>
    /// <param name="follows">The newest messages are wanted, however far away they are.</param>
    public PageQuery? Next(bool older, bool newer, bool follows)
    {
        if (_asked is not null)
        {
            return null;
        }

        // Places may hold what is not shown, so a page may come back empty: what counts is which places were asked for.
        bool isUntouched = From == To && Count > 0;
        if (isUntouched || (follows && Count - To > PageSize))
        {
            return Jump(Count);
        }

        if (_stale)
        {
            _stale = false;
            return Ask(From, Math.Min(Count, Math.Max(To, From + PageSize)) - From, replaces: true);
        }

        if (!HoldsEnd && (newer || follows))
        {
            return Ask(To, Math.Min(PageSize, Count - To), replaces: false);
        }

        return older && From > 0 ? Ask(Math.Max(0, From - PageSize), Math.Min(PageSize, From), replaces: false) : null;
    }

    /// <summary>Drops the window and asks for the page at a place: to jump there.</summary>
    public PageQuery Jump(int place)
    {
        int from = Math.Clamp(place, 0, Math.Max(0, Count - PageSize));
        _asked = null;
        return Ask(from, Math.Min(PageSize, Count - from), replaces: true);
    }

    /// <summary>The answer to a question; to one that was overtaken by another it is dropped.</summary>
    public void Take(PageQuery query, TranscriptEvent page)
    {
        if (_asked is not { } asked || !ReferenceEquals(asked.Query, query))
        {
            return;
        }

        _asked = null;
        Recount(page.Room.Count);
        Version++;
        int from = query.From;
        int end = from + query.Count;
        bool isFirst = _held.Count == 0;
        if (asked.Replaces)
        {
            _held.Clear();
            _held.AddRange(page.Entries);
            (From, To) = (from, Math.Min(end, Count));
        }
        else if (from >= To)
        {
            _held.AddRange(page.Entries.Where(message => IndexOf(message.Id) < 0));
            To = Math.Min(end, Count);
            Trim(fromStart: true);
        }
        else
        {
            _held.InsertRange(0, page.Entries.Where(message => IndexOf(message.Id) < 0));
            From = from;
            Trim(fromStart: false);
        }

        if (isFirst && HoldsEnd)
        {
            AnchorEarlyNotes();
        }
    }

    // What was said while nothing was loaded was said after what is loaded now.
    private void AnchorEarlyNotes()
    {
        for (int i = 0; i < _notes.Count; i++)
        {
            if (_notes[i].After.IsNone)
            {
                Note early = _notes[i];
                _notes[i] = early with { After = Last };
            }
        }
    }

    /// <summary>The question was refused: another may be asked.</summary>
    public void Forget(PageQuery query) => _asked = ReferenceEquals(_asked?.Query, query) ? null : _asked;

    /// <summary>Adds a note below the last message.</summary>
    public Note Say(string text, Tone tone, DateTimeOffset now)
    {
        var note = new Note(Last, now, text, tone);
        _notes.Add(note);
        if (_notes.Count > NoteCapacity)
        {
            _notes.RemoveAt(0);
        }

        Version++;
        return note;
    }

    /// <summary>Somebody came or went: one note for all that did so between two messages; who came and went again is in neither list.</summary>
    public void SayPresence(string nick, bool came, DateTimeOffset now)
    {
        Note? last = _notes.Count > 0 ? _notes[^1] : null;
        Note note = last is { Text.Length: 0 } && last.After == Last ? last : Say(string.Empty, Tone.Dim, now);
        List<string> undone = came ? note.Went : note.Came;
        if (!undone.Remove(nick) && !(came ? note.Came : note.Went).Contains(nick))
        {
            (came ? note.Came : note.Went).Add(nick);
        }

        if (note.Came.Count == 0 && note.Went.Count == 0)
        {
            _notes.Remove(note);
        }

        Version++;
    }

    /// <summary>Place of a held message among those held, or -1.</summary>
    public int IndexOf(EntryHash id) => _held.FindLastIndex(message => message.Id == id);

    private EntryHash Last => _held.Count > 0 ? _held[^1].Id : EntryHash.None;

    private PageQuery Ask(int from, int count, bool replaces)
    {
        var query = new PageQuery(Room, from, count);
        _asked = (query, replaces);
        return query;
    }

    private void Trim(bool fromStart)
    {
        int over = _held.Count - Capacity;
        if (over <= 0)
        {
            return;
        }

        if (fromStart)
        {
            _held.RemoveRange(0, over);
            From += over;
        }
        else
        {
            _held.RemoveRange(Capacity, over);
            To -= over;
        }
    }
}
