using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// Gathers what one turn writes into one <see cref="StoreBatch"/>, and runs what waits for it once the store says it is done. Reads are
/// matched to those who asked by ticket.
/// </summary>
internal sealed class StoreQueue(NodeContext context)
{
    /// <summary>What waits for a batch; without words of its own for a failure it goes on as if all were well.</summary>
    private readonly record struct Awaiting(Action OnCommitted, Action<string>? OnFailed);

    private readonly Dictionary<long, List<Awaiting>> _waiting = new();
    private readonly Dictionary<long, Action<ImmutableArray<ReadOnlyMemory<byte>>>> _reads = new();
    private readonly Dictionary<long, Action<IReadOnlyCollection<EntryHash>?>> _searches = new();
    private readonly List<StoreWrite> _writes = [];
    private readonly Dictionary<(RoomId, EntryHash), int> _entriesOfTurn = new();
    private List<Awaiting> _awaiting = [];
    private bool _isDurable;
    private long _lastTicket;

    /// <summary>Batches handed out and not yet answered.</summary>
    public int OpenBatches => _waiting.Count;

    public void Write(StoreWrite write)
    {
        if (write is PutEntry put) _entriesOfTurn[(put.Room, put.Entry.Hash)] = _writes.Count;
        _writes.Add(write);
    }

    /// <summary>This turn's batch has to survive a power cut before it is answered.</summary>
    public void RequireDurability() => _isDurable = true;

    /// <summary>Sets an entry's flags, within the write that adds it when that belongs to this turn.</summary>
    public void WriteFlags(RoomId room, EntryHash entry, EntryFlags flags)
    {
        if (_entriesOfTurn.TryGetValue((room, entry), out var index)) _writes[index] = ((PutEntry)_writes[index]) with { Flags = flags };
        else _writes.Add(new PutFlags(room, entry, flags));
    }

    /// <summary>Runs once this turn's writes are on disk; at once, at the end of the turn, when there are none and none are open.</summary>
    public void AfterCommit(Action onCommitted, Action<string>? onFailed = null) => _awaiting.Add(new Awaiting(onCommitted, onFailed));

    public void Read(RoomId room, ImmutableArray<EntryHash> hashes, Action<ImmutableArray<ReadOnlyMemory<byte>>> onRead)
    {
        var ticket = ++_lastTicket;
        _reads.Add(ticket, onRead);
        context.Emit(new ReadEntries(ticket, room, hashes));
    }

    /// <summary>Finds the messages that hold all the words; null when there is nothing in them that an index knows.</summary>
    public void Search(RoomId room, string words, Action<IReadOnlyCollection<EntryHash>?> onFound)
    {
        var ticket = ++_lastTicket;
        _searches.Add(ticket, onFound);
        context.Emit(new SearchEntries(ticket, room, words));
    }

    /// <summary>Hands out the turn's batch. An empty one is handed out only when somebody waits for the open ones before it.</summary>
    public void EndTurn()
    {
        if (_writes.Count == 0 && _waiting.Count == 0)
        {
            var ready = _awaiting;
            _awaiting = [];
            foreach (var each in ready) each.OnCommitted();
        }

        if (_writes.Count == 0 && _awaiting.Count == 0) return;
        var ticket = ++_lastTicket;
        _waiting.Add(ticket, _awaiting);
        context.Emit(new StoreBatch(ticket, _isDurable, [.. _writes]));
        _awaiting = [];
        _writes.Clear();
        _entriesOfTurn.Clear();
        _isDurable = false;
    }

    public void Handle(StoreCommitted committed)
    {
        if (!_waiting.Remove(committed.Ticket, out var waiting)) return;
        foreach (var each in waiting) each.OnCommitted();
    }

    public void Handle(StoreFailed failed)
    {
        if (!_waiting.Remove(failed.Ticket, out var waiting)) return;
        context.Count("store-failed");
        context.Tell(new WarningEvent(
            "not-stored", $"The history could not be written ({failed.Reason}). Free some space or check the profile folder's rights; " +
            "what is said now is lost when LanChat stops.", PeerId.None));
        foreach (var each in waiting)
        {
            if (each.OnFailed is { } onFailed) onFailed(failed.Reason);
            else each.OnCommitted();
        }
    }

    public void Handle(EntriesRead read)
    {
        if (_reads.Remove(read.Ticket, out var onRead)) onRead(read.Entries);
    }

    public void Handle(EntriesFound found)
    {
        if (_searches.Remove(found.Ticket, out var onFound)) onFound(found.Entries);
    }
}
