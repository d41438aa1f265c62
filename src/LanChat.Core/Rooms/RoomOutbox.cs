using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>
/// What this client writes into one room: holds it until the own chain is known as far as it can be, stores it before it is said to be
/// accepted, sends it, and follows how far it has got.
/// </summary>
internal sealed class RoomOutbox(NodeContext context, NodeParts parts, ChatRoom room)
{
    /// <summary>Messages held at a start; more are refused with an error.</summary>
    private const int MaxHeld = 4096;

    /// <summary>Own messages whose delivery is followed; the oldest are no longer reported.</summary>
    private const int MaxFollowed = 16384;

    /// <summary>How long to wait after a start for others who may know later entries of one's own (PROTOCOL.md, section 7).</summary>
    private static readonly TimeSpan HoldTime = TimeSpan.FromSeconds(1);

    private sealed record Held(EntryBody Body, string? Ref, long Tag);

    private sealed class Followed(int seq, string? reference)
    {
        public int Seq { get; } = seq;

        public string? Ref { get; } = reference;

        public DeliveryState State { get; set; }
    }

    private readonly Queue<Held> _held = new();
    private readonly Dictionary<EntryHash, Followed> _followed = new();
    private readonly Queue<EntryHash> _followedOrder = new();
    private readonly HashSet<EntryHash> _beingStored = [];
    private readonly List<EntryHash> _open = [];
    private readonly Dictionary<PeerId, DigestLine> _receipts = new();
    private TimeSpan? _holdUntil;
    private bool _isOpen;

    public TimeSpan? NextWakeup => _isOpen || _held.Count == 0 ? null : _holdUntil;

    /// <summary>Whether an own entry is not on disk yet: nobody is to have it before.</summary>
    public bool IsBeingStored(EntryHash entry) => _beingStored.Contains(entry);

    /// <summary>Whether this identity may have written here before although it is new: in a room that was forgotten since.</summary>
    public bool MayHaveWritten { get; set; }

    /// <summary>Starts the wait; a new identity has nothing to wait for.</summary>
    public void Start()
    {
        _isOpen = context.Options.IsNewIdentity && !MayHaveWritten;
        _holdUntil = context.Now.Monotonic + HoldTime;
        Reconsider();
    }

    /// <summary>A room just made by this client: nobody can know more of it.</summary>
    public void OpenAtOnce()
    {
        _isOpen = true;
        Drain();
    }

    public void Write(EntryBody body, string? reference, long tag)
    {
        if (_held.Count >= MaxHeld)
        {
            context.Tell(new ErrorEvent("busy", $"More than {MaxHeld} messages wait to be written; send more slowly.", reference), tag);
            return;
        }

        _held.Enqueue(new Held(body, reference, tag));
        Reconsider();
    }

    /// <summary>Something that the wait depends on may have changed.</summary>
    public void Reconsider()
    {
        if (!room.IsActive || (_held.Count == 0 && _isOpen)) return;
        if (!_isOpen)
        {
            var isTimeUp = _holdUntil <= context.Now.Monotonic;
            if (!isTimeUp && (!room.Sync.HasHeardFromAll || room.Sync.IsOwnChainBehind() || !room.Feed.HasHeard)) return;
            _isOpen = true;
        }

        Drain();
    }

    /// <summary>A member shows what it holds of this client's entries.</summary>
    public void Receipt(PeerId member, DigestLine line)
    {
        if (member == context.Self) return;
        ImmutableArray<SeqRange> before = _receipts.TryGetValue(member, out var known) ? known.Ranges : [];
        _receipts[member] = line;
        var changed = SeqRanges.Union(SeqRanges.Subtract(line.Ranges, before), SeqRanges.Subtract(before, line.Ranges));
        if (!changed.IsEmpty) ReportOpen(changed);
    }

    /// <summary>The relay has kept an own entry.</summary>
    public void KeptByRelay(EntryHash entry)
    {
        if (_followed.ContainsKey(entry)) Report(entry, isOnRelay: true);
        else ClearUnsent(entry);
    }

    public void MembersChanged()
    {
        ReportOpen([new SeqRange(1, int.MaxValue)]);
    }

    /// <summary>How far an own message has got.</summary>
    public DeliveryState StateOf(EntryHash entry)
    {
        if (_followed.TryGetValue(entry, out var followed)) return followed.State;
        if (!room.Log.TryGet(entry, out var info) || info.Author != context.Self) return default;
        return new DeliveryState(info.Stamp is not null, Delivered(info.Seq), Math.Max(0, room.Members.Count - 1));
    }

    public string? RefOf(EntryHash entry) => _followed.GetValueOrDefault(entry)?.Ref;

    private void Drain()
    {
        if (!room.IsActive) return;
        while (_held.TryDequeue(out var held)) Commit(held);
    }

    private void Commit(Held held)
    {
        var next = room.Log.Next(context.Self, HybridClock.At(context.Now.UtcMilliseconds));
        var entry = EntrySeal.Create(
            context.Crypto, context.Identity, room.Secret, next.Seq, next.Previous, next.After, next.Clock, room.Other, held.Body, context.Random);
        room.Intake.AcceptOwn(entry, held.Body);
        Follow(entry, held.Ref);
        parts.Store.RequireDurability();
        if (context.Guards.AcceptBeforeCommit) Accepted(entry, held);
        else
        {
            _beingStored.Add(entry.Hash);
            parts.Store.AfterCommit(() => Accepted(entry, held), reason => NotStored(reason, entry, held));
        }

        room.Display.Pump();
    }

    private void Accepted(Entry entry, Held held)
    {
        context.Tell(new AcceptedEvent(room.Describe(parts.People), entry.Hash, held.Ref), held.Tag);
        Send(entry);
    }

    private void Send(Entry entry)
    {
        _beingStored.Remove(entry.Hash);
        if (!parts.Shelf.TryGet(entry.Hash, out var encoded)) encoded = EntryCodec.Encode(entry);
        room.Sync.Push(entry, encoded);
        room.Sync.Changed();
        room.Feed.EntriesArrived([entry], isOwn: true);
    }

    /// <summary>What is not on disk is not said to be accepted; whoever is there gets it all the same.</summary>
    private void NotStored(string reason, Entry entry, Held held)
    {
        context.Tell(
            new ErrorEvent("not-stored", $"The message is sent but could not be saved here ({reason}); it is lost on this machine when LanChat stops.", held.Ref),
            held.Tag);
        Send(entry);
    }

    private void Follow(Entry entry, string? reference)
    {
        _followed[entry.Hash] = new Followed(entry.Seq, reference);
        _followedOrder.Enqueue(entry.Hash);
        _open.Add(entry.Hash);
        if (_followedOrder.Count > MaxFollowed) _followed.Remove(_followedOrder.Dequeue());
    }

    private int Delivered(int seq) => room.Members.Others.Count(m => _receipts.TryGetValue(m, out var line) && SeqRanges.Contains(line.Ranges, seq));

    private void Report(EntryHash entry, bool isOnRelay = false)
    {
        var followed = _followed[entry];
        var holders = _receipts.Count(r => SeqRanges.Contains(r.Value.Ranges, followed.Seq));
        var delivered = Delivered(followed.Seq);
        var state = new DeliveryState(isOnRelay || followed.State.IsOnRelay, delivered, Math.Max(delivered, room.Members.Count - 1));
        if (state == followed.State) return;
        if ((holders > 0 || state.IsOnRelay) && !followed.State.IsOnRelay && followed.State.Delivered == 0) ClearUnsent(entry);
        followed.State = state;
        context.Tell(new DeliveryEvent(room.Describe(parts.People), entry, followed.Ref, state));
    }

    /// <summary>Says anew how far those have got that are not with everybody yet.</summary>
    /// <param name="changed">The own entries of which somebody's word has changed: up to 16,384 are open, and a receipt mostly tells of a few.</param>
    private void ReportOpen(ImmutableArray<SeqRange> changed)
    {
        _open.RemoveAll(hash =>
        {
            if (!_followed.TryGetValue(hash, out var followed)) return true;
            if (!SeqRanges.Contains(changed, followed.Seq)) return false;
            Report(hash);
            return followed.State is { Of: > 0 } state && state.Delivered >= state.Of;
        });
    }

    private void ClearUnsent(EntryHash entry)
    {
        if (!room.Log.TryGet(entry, out var info) || !info.Flags.HasFlag(EntryFlags.Unsent)) return;
        room.Log.SetFlags(entry, EntryFlags.None, EntryFlags.Unsent);
        parts.Store.WriteFlags(room.Id, entry, info.Flags & ~EntryFlags.Unsent);
    }
}
