using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using LanChat.Core.Ordering;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>
/// What one room's entries and stamps amount to: chains, forks, gaps, order, what to show next, what others lack. Pure data: signatures are
/// checked before, bodies stay in the store. A room of 100,000 entries takes about 100 bytes for each.
/// </summary>
internal sealed partial class RoomLog
{
    /// <summary>How far ahead of the own wall clock others' clocks are followed (PROTOCOL.md, section 7).</summary>
    public const long MaxClockLeadMilliseconds = 2 * 60 * 1000;

    private readonly Guards _guards;
    private readonly EntryTable _table = new();
    private readonly List<AuthorChain> _chains = [];
    private readonly RoomOrder _order;
    private readonly StampBook _stamps;
    private readonly DisplayQueue _display;
    private readonly HashSet<int> _heads = [];

    /// <summary>Rows that came without their bodies, of which no delete is known.</summary>
    private readonly HashSet<int> _awaiting = [];
    private readonly List<int> _waiters = [];
    private readonly HashSet<int> _remeasured = [];
    private PeerId _orderedBy;

    /// <param name="id">The room.</param>
    /// <param name="self">The profile that keeps it.</param>
    /// <param name="creator">The room's creator; none for rooms without.</param>
    /// <param name="kind">Which of the four.</param>
    /// <param name="guards">Which guards are in force; all of them but for planted bugs.</param>
    public RoomLog(RoomId id, PeerId self, PeerId creator, RoomKind kind, Guards? guards = null)
    {
        _guards = guards ?? Guards.AllInForce;
        Id = id;
        Self = self;
        Creator = creator;
        Kind = kind;
        _stamps = new StampBook(id, kind, _table);
        _order = new RoomOrder(_table, _stamps.CompareEpochs, _guards);
        _display = new DisplayQueue(_table, _order, IsAnythingMissingBefore, _guards);
    }

    public RoomId Id { get; }

    public PeerId Self { get; }

    public PeerId Creator { get; }

    public RoomKind Kind { get; }

    /// <summary>Entries in the room's order.</summary>
    public int Count
    {
        get
        {
            Settle();
            return _order.Count;
        }
    }

    /// <summary>Bytes of all entries held.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>How many of the order's first entries are stamped by the relay that counts.</summary>
    public int StampedCount
    {
        get
        {
            Settle();
            return _order.StampedCount;
        }
    }

    /// <summary>Grows whenever the order changes in any way: what was worked out from it is out of date.</summary>
    public long OrderVersion
    {
        get
        {
            Settle();
            return _order.Version;
        }
    }

    public bool Contains(EntryHash hash) => _table.Find(hash) >= 0;

    /// <summary>Whether what a parent names is held.</summary>
    public bool Contains(in EntryRef reference) => _table.Find(reference) >= 0;

    public bool TryGet(EntryHash hash, out EntryInfo info)
    {
        Settle();
        var row = _table.Find(hash);
        info = row >= 0 ? Info(row) : default;
        return row >= 0;
    }

    /// <summary>The entry at a position of the room's order, from 0 to <see cref="Count"/> − 1.</summary>
    public EntryHash At(int position)
    {
        Settle();
        return _table[_order.RowAt(position)].Hash;
    }

    /// <summary>Position in the room's order; −1 for an entry that has none.</summary>
    public int PositionOf(EntryHash hash)
    {
        Settle();
        var row = _table.Find(hash);
        return row >= 0 ? _order.PositionOf(row) : -1;
    }

    /// <summary>Authors with at least one entry held.</summary>
    public IEnumerable<PeerId> Authors
    {
        get
        {
            for (var i = 0; i < _chains.Count; i++)
            {
                if (_chains[i].LastOfAll > 0) yield return _table.Author(i);
            }
        }
    }

    /// <summary>Whether the author's next entry is held and names this one, which is not: then it needs no signature of its own.</summary>
    public bool IsProvenByNext(Entry entry)
    {
        foreach (var row in _table.WaitingForPrevious(entry.Hash))
        {
            if (_table[row].Seq == entry.Seq + 1 && _table.AuthorOf(row) == entry.Author) return true;
        }
        return false;
    }

    /// <summary>Takes an entry from the store, as it was written. One that was not shown before waits anew for what its author had seen.</summary>
    public void Load(in StoredEntry stored, Entry header, TimeSpan now)
    {
        if (_table.Find(header.Hash) >= 0 || !IsConsistent(header)) return;
        var row = Insert(header, stored.Kind, stored.Flags, stored.Size, isClockWrong: false);
        if (!stored.Flags.HasFlag(EntryFlags.Shown)) _display.Add(row, now);
        Announce();
    }

    /// <summary>Takes an entry whose room, signature and body hash were checked.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="kind">Kind of its body, −1 when it does not open.</param>
    /// <param name="flags">What the node knows of it.</param>
    /// <param name="now">The present time.</param>
    public AddOutcome Add(Entry entry, int kind, EntryFlags flags, Timestamp now)
    {
        if (entry.Room != Id && !_guards.SkipRoomCheck) return AddOutcome.Refuse(AddRefusal.Misdirected);
        var held = _table.Find(entry.Hash);
        if (held >= 0)
        {
            if (_guards.SkipDeduplication) _display.Add(held, now.Monotonic);
            var isFilled = ((EntryFlags)_table[held].Flags).HasFlag(EntryFlags.BodyDropped) && !entry.IsBodyDropped;
            return new AddOutcome(isFilled ? AddResult.BodyFilled : AddResult.Duplicate, AddRefusal.None, false, false, []);
        }
        if (!IsConsistent(entry)) return AddOutcome.Refuse(AddRefusal.Inconsistent);
        if (entry.Seq < FloorOf(entry.Author)) return AddOutcome.Refuse(AddRefusal.BelowFloor);
        if (entry.IsBodyDropped) flags |= EntryFlags.BodyDropped;
        if (!TryMakeRoomPastGap(entry, out var dropped)) return AddOutcome.Refuse(AddRefusal.PastGapBound);
        var forks = ForksAt(entry.Author, entry.Seq);
        if (forks >= MaxForks && !TryDropFork(entry, dropped)) return AddOutcome.Refuse(AddRefusal.TooManyForks);
        var isClockWrong = entry.Clock.Milliseconds > now.UtcMilliseconds + MaxClockLeadMilliseconds;
        var row = Insert(entry, kind, flags, entry.Size, isClockWrong);
        if (!flags.HasFlag(EntryFlags.Shown)) _display.Add(row, now.Monotonic);
        Announce();
        var isPastGap = entry.Seq > _chains[_table[row].Author].AnchoredTo;
        return new AddOutcome(AddResult.Added, AddRefusal.None, isPastGap, forks > 0, [.. dropped]);
    }

    /// <summary>
    /// The body of an entry held without one has come. If its turn to be shown came before, there was nothing to show: it has another one.
    /// </summary>
    /// <param name="hash">The entry.</param>
    /// <param name="kind">Kind of the body, −1 when it does not open.</param>
    /// <param name="size">Bytes of the whole entry.</param>
    /// <param name="isTaken">Whether its turn has come and it is about to be shown.</param>
    /// <param name="now">The present time.</param>
    public void FillBody(EntryHash hash, int kind, int size, bool isTaken, TimeSpan now)
    {
        var row = _table.Find(hash);
        if (row < 0) return;
        ref var value = ref _table[row];
        HeldBytes += size - value.Size;

        // What was dropped after it had been shown has kept its kind.
        var wasRead = value.Kind >= 0;
        value.Kind = (short)Math.Clamp(kind, -1, short.MaxValue);
        value.Size = (ushort)Math.Min(size, ushort.MaxValue);
        value.Flags &= unchecked((byte)~EntryFlags.BodyDropped);
        var chain = _chains[value.Author];
        if (chain.PastGap > 0) Remeasure(chain);
        BodySettled(row);
        if (isTaken || wasRead || value.Is(RowState.Queued)) return;
        value.Flags &= unchecked((byte)~EntryFlags.Shown);
        _display.Add(row, now);
    }

    /// <summary>An entry without its body was taken back by its author: there is none to wait for.</summary>
    public void BodyWasDropped(EntryHash hash)
    {
        var row = _table.Find(hash);
        if (row >= 0 && _table[row].Is(RowState.AwaitsBody)) BodySettled(row);
    }

    private void BodySettled(int row)
    {
        _table[row].Set(RowState.AwaitsBody, false);
        _awaiting.Remove(row);
        _areHeadsStale = true;
        _display.BodySettled(row);
    }

    /// <summary>Changes what the node knows of an entry. False when it is not held.</summary>
    public bool SetFlags(EntryHash hash, EntryFlags set, EntryFlags cleared = EntryFlags.None)
    {
        var row = _table.Find(hash);
        if (row < 0) return false;
        _table[row].Flags = (byte)((_table[row].Flags | (byte)set) & ~(byte)cleared);
        return true;
    }

    /// <summary>The next entry due on the screen; it counts as shown from now on. False when none is.</summary>
    public bool TryTakeShowable(Timestamp now, out Shown shown)
    {
        Settle();
        return _display.TryTake(now.Monotonic, out shown);
    }

    /// <summary>When an entry that waits for what its author had seen will be shown anyway; null when none waits.</summary>
    public TimeSpan? NextWakeup => _display.IsDue ? TimeSpan.Zero : _display.NextWakeup;

    /// <summary>Predecessor and parents of an entry, as far as held.</summary>
    public void Dependencies(EntryHash hash, List<EntryHash> into)
    {
        var row = _table.Find(hash);
        if (row < 0) return;
        for (var i = -1; i < _table[row].ParentCount; i++)
        {
            var before = i < 0 ? _table[row].Previous : _table.Parent(row, i);
            if (before >= 0) into.Add(_table[before].Hash);
        }
    }

    private EntryInfo Info(int row)
    {
        ref var value = ref _table[row];
        return new EntryInfo(
            value.Hash, _table.AuthorOf(row), value.Seq, value.Clock, value.Kind, (EntryFlags)value.Flags, value.Size, _table.PreviousHash(row),
            _stamps.StampOf(row), _order.PositionOf(row), value.Is(RowState.SetAside), value.Is(RowState.ClockWrong));
    }

    private bool IsConsistent(Entry entry)
    {
        if (entry.Seq < 1 || entry.Seq == 1 != entry.Previous.IsNone || entry.After.Length > Limits.MaxParents) return false;
        var previous = entry.Previous.IsNone ? -1 : _table.Find(entry.Previous);
        return previous < 0 || (_table.AuthorOf(previous) == entry.Author && _table[previous].Seq == entry.Seq - 1);
    }

    private AuthorChain ChainOf(PeerId author)
    {
        var index = _table.Intern(author);
        while (_chains.Count <= index) _chains.Add(new AuthorChain());
        return _chains[index];
    }

    private int Insert(Entry entry, int kind, EntryFlags flags, int size, bool isClockWrong)
    {
        var chain = ChainOf(entry.Author);
        _waiters.Clear();
        var row = _table.Add(entry, kind, flags, size, _waiters);
        HeldBytes += _table[row].Size;
        _table[row].Set(RowState.ClockWrong, isClockWrong);
        _table[row].Set(RowState.AwaitsBody, flags.HasFlag(EntryFlags.BodyDropped));
        if (_table[row].Is(RowState.AwaitsBody)) _awaiting.Add(row);
        chain.KnownTo = Math.Max(chain.KnownTo, entry.Seq);
        foreach (var parent in entry.After) ExpectUpTo(parent.Author, parent.Seq);
        _stamps.Arrived(row);
        var rival = chain.At(entry.Seq);
        var isOnBranch = _table[row].Previous >= 0 && _table[_table[row].Previous].Is(RowState.SetAside);
        if (rival >= 0 || isOnBranch || chain.OthersAt(entry.Seq).Count > 0)
        {
            _table[row].Set(RowState.SetAside);
            chain.AddOther(entry.Seq, row);
            Unsettle(_table[row].Author, entry.Seq);
            if (_waiters.Count > 0) Unsettle(_table[row].Author, entry.Seq + 1);
            _order.Touch(_waiters);
        }
        else
        {
            chain.Set(entry.Seq, row);
            _order.Place(row, _waiters);
        }
        TrackGap(chain, row);
        UpdateHeads(row);
        _digestVersion++;
        return row;
    }

    /// <summary>Those that waited for the entry just inserted are looked at again.</summary>
    private void Announce()
    {
        foreach (var waiter in _waiters) _display.Recheck(waiter);
        _waiters.Clear();
    }

    private void Remove(IReadOnlySet<int> rows)
    {
        var children = new List<int>();
        var isHeadTouched = false;
        if (rows.Any(row => _table[row].Is(RowState.Stamped))) _stamps.Removing(rows);
        foreach (var row in rows)
        {
            ref var value = ref _table[row];
            var chain = _chains[value.Author];
            isHeadTouched |= value.Is(RowState.Complete);
            if (!chain.RemoveOther(value.Seq, row) && chain.At(value.Seq) == row) chain.Set(value.Seq, -1);
            if (chain.IsForked || value.Is(RowState.SetAside))
            {
                Unsettle(value.Author, value.Seq);
                Unsettle(value.Author, value.Seq + 1);
            }
            if (value.Is(RowState.Ordered)) _order.Displace(row);
            _display.Remove(row);
            _remeasured.Add(value.Author);
            HeldBytes -= value.Size;
            _heads.Remove(row);
            _awaiting.Remove(row);
        }
        _table.Remove(rows, children);
        foreach (var author in _remeasured) Remeasure(_chains[author]);
        _remeasured.Clear();
        _areHeadsStale |= isHeadTouched || children.Count > 0;
        foreach (var child in children) _display.Recheck(child);
        _digestVersion++;
    }
}
