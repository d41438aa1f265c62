using System.Diagnostics.CodeAnalysis;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core.Ordering;

/// <summary>All stamps of a room, of every relay, and which relay's count (PROTOCOL.md, section 10).</summary>
internal sealed class StampBook(RoomId room, RoomKind kind, EntryTable table)
{
    /// <summary>
    /// A room is ordered by few relays over its life; more than this is somebody making them up. Those with the least ids are kept, and the one that the
    /// creator named: so whose stamps count does not depend on who was met first.
    /// </summary>
    public const int MaxRelays = 16;

    /// <summary>A relay opens an epoch when it loses its store. The row keeps its number in a byte.</summary>
    private const int MaxEpochs = 64;

    private readonly StampedEntries _entries = new(table);
    private readonly SortedDictionary<PeerId, RelayStamps> _relays = [];
    private readonly Queue<PeerId> _putOut = [];
    private PeerId _least;

    /// <summary>The relay that the creator of a private room names; none while nobody did.</summary>
    public PeerId Named { get; set; }

    /// <summary>The relay whose stamps order the room; none for none.</summary>
    public PeerId Ordering => kind == RoomKind.Private ? Named : _least;

    /// <summary>Adds a stamp whose proof the caller has checked.</summary>
    /// <param name="relay">Who stamped.</param>
    /// <param name="relayKey">Its keys.</param>
    /// <param name="stamp">The place and the entry.</param>
    /// <param name="isWaived">Whether a parent was missing.</param>
    /// <param name="chain">c at the place.</param>
    /// <param name="signature">Over it; empty for none.</param>
    /// <param name="isStored">Whether it comes from the store, which holds no more than was kept: which relay is named is not known yet then.</param>
    public StampOutcome Add(
        PeerId relay, ReadOnlyMemory<byte> relayKey, in Stamp stamp, bool isWaived, in EntryHash chain, ReadOnlyMemory<byte> signature, bool isStored = false)
    {
        if (stamp.Place is < 1 or > int.MaxValue - 1) return StampOutcome.Refused;
        if (!_relays.TryGetValue(relay, out var stamps))
        {
            if (!isStored && _relays.Count >= MaxRelays && !TryMakeRoomFor(relay)) return StampOutcome.Refused;
            _relays.Add(relay, stamps = new RelayStamps(relayKey.ToArray(), []));
            _least = _relays.Keys.First();
        }
        var epoch = stamp.Epoch;
        var record = stamps.Epochs.Find(r => r.Epoch == epoch);
        if (record is null)
        {
            if (stamps.Epochs.Count >= MaxEpochs) return StampOutcome.Refused;
            stamps.Epochs.Add(record = new StampRecord(relay, room, stamp.Epoch, _entries));
        }
        return record.Add((int)stamp.Place, stamp.Entry, isWaived, chain, signature);
    }

    /// <summary>The next relay that was put out since this was asked.</summary>
    public bool TryTakePutOut(out PeerId relay) => _putOut.TryDequeue(out relay);

    /// <summary>Whether stamps of a relay are taken: for want of room only those of the named one and of lesser ids than the greatest are.</summary>
    public bool Takes(PeerId relay) => !IsFullFor(relay) || relay == Named || relay < Greatest;

    /// <summary>Whether a relay's stamps find room only by putting others out.</summary>
    public bool PutsOut(PeerId relay) => IsFullFor(relay) && relay != Named && Takes(relay);

    /// <summary>Takes a relay's verified signature over a chain value. False when the value here is another: the relay showed two orders.</summary>
    public bool TryProve(PeerId relay, Epoch epoch, long place, in EntryHash chain, ReadOnlyMemory<byte> signature) =>
        place is < 1 or > int.MaxValue - 1 || Find(relay, epoch) is not { } record || record.TryProve((int)place, chain, signature);

    /// <summary>An entry is held from now on: its stamps are its own. True when the relay that counts has stamped it.</summary>
    public bool Arrived(int row)
    {
        var places = _entries.Arrived(row);
        if (places is null || !_relays.TryGetValue(Ordering, out var stamps)) return false;
        foreach (var (record, place) in places)
        {
            var epoch = stamps.Epochs.IndexOf(record);
            if (epoch >= 0) Lower(row, epoch, place);
        }
        return table[row].Place > 0;
    }

    /// <summary>Writes a stamp of the relay that counts into its row when it is the least the row has. True when that changed the row.</summary>
    public bool Apply(int row, Epoch epoch, int place)
    {
        var index = _relays.TryGetValue(Ordering, out var stamps) ? stamps.Epochs.FindIndex(r => r.Epoch == epoch) : -1;
        return index >= 0 && Lower(row, index, place);
    }

    /// <summary>Writes the stamps of the relay that counts into all rows.</summary>
    public void ApplyAll()
    {
        for (var row = 0; row < table.Capacity; row++) table[row].Place = 0;
        if (!_relays.TryGetValue(Ordering, out var stamps)) return;
        for (var epoch = 0; epoch < stamps.Epochs.Count; epoch++)
        {
            foreach (var (place, code) in stamps.Epochs[epoch].Places())
            {
                if (code >= 0) Lower(code, epoch, place);
            }
        }
    }

    /// <summary>Entries are about to be removed: their stamps stay as stamps of what is not held.</summary>
    public void Removing(IReadOnlySet<int> rows)
    {
        foreach (var record in _relays.Values.SelectMany(stamps => stamps.Epochs))
        {
            foreach (var (place, code) in record.Places().Where(p => p.Code >= 0 && rows.Contains(p.Code)).ToList())
            {
                record.Recode(place, _entries.CodeOf(table[code].Hash, record, place, isHeld: false));
            }
        }
    }

    /// <summary>Orders epochs of the relay that counts by their indexes.</summary>
    public int CompareEpochs(int left, int right)
    {
        var epochs = _relays[Ordering].Epochs;
        return epochs[left].Epoch.CompareTo(epochs[right].Epoch);
    }

    /// <summary>The stamp of a row by the relay that counts.</summary>
    public Stamp? StampOf(int row)
    {
        ref var value = ref table[row];
        return value.Place == 0 ? null : new Stamp(_relays[Ordering].Epochs[value.Epoch].Epoch, value.Place, value.Hash);
    }

    /// <summary>Proved ends of chains, one per relay and epoch, the latest epochs first, at most as many as a digest may name.</summary>
    public IEnumerable<StampHead> Heads() => _relays.SelectMany(pair => pair.Value.Epochs.Select(record => (pair.Key, record)))
        .OrderByDescending(pair => pair.Key == Ordering).ThenByDescending(pair => pair.record.Epoch).ThenBy(pair => pair.Key)
        .Select(pair => pair.record.TryHead(out var place, out var chain) ? new StampHead(pair.Key, pair.record.Epoch, place, chain) : null)
        .OfType<StampHead>().Take(Limits.MaxStampHeadsPerDigest);

    /// <summary>Place after which somebody's stamps are wanted; −1 when nothing is missing here.</summary>
    public long WantedAfter(StampHead theirs)
    {
        if (Find(theirs.Relay, theirs.Epoch) is not { } record) return Takes(theirs.Relay) ? 0 : -1;
        record.TryHead(out var proved, out _);
        if (record.ContiguousLast < theirs.Place) return record.ContiguousLast;
        return proved < theirs.Place ? proved : -1;
    }

    /// <summary>The entry at a place of a relay and epoch; none where it is not known.</summary>
    public EntryHash At(PeerId relay, Epoch epoch, long place) =>
        place is > 0 and <= int.MaxValue && Find(relay, epoch) is { } record ? record.At((int)place) : EntryHash.None;

    public bool TryChainAt(PeerId relay, Epoch epoch, long place, out EntryHash chain)
    {
        chain = default;
        return place == 0 || Find(relay, epoch)?.TryChainAt(place, out chain) == true;
    }

    /// <summary>Whether a place was stamped though a parent was missing.</summary>
    public bool IsWaived(PeerId relay, Epoch epoch, long place) => place is > 0 and <= int.MaxValue && Find(relay, epoch)?.IsWaived((int)place) == true;

    /// <summary>A provable run after a place.</summary>
    public bool TryRun(PeerId relay, Epoch epoch, long after, [NotNullWhen(true)] out StampRun? run)
    {
        run = null;
        return Find(relay, epoch) is { } record && record.TryRun(after, _relays[relay].Key, out run);
    }

    /// <summary>Epochs of one relay, ascending.</summary>
    public IEnumerable<Epoch> EpochsOf(PeerId relay) =>
        _relays.TryGetValue(relay, out var stamps) ? stamps.Epochs.Select(record => record.Epoch).Order() : [];

    /// <summary>Whether some relay has stamped an entry that is not held.</summary>
    public bool IsAwaited(in EntryHash entry) => _entries.IsAwaited(entry);

    private PeerId Greatest => _relays.Keys.Last(id => id != Named);

    private bool IsFullFor(PeerId relay) => _relays.Count >= MaxRelays && !_relays.ContainsKey(relay);

    /// <summary>The relay with the greatest id goes, if that is another one: it does not order the room.</summary>
    private bool TryMakeRoomFor(PeerId relay)
    {
        if (!Takes(relay)) return false;
        var greatest = Greatest;
        foreach (var record in _relays[greatest].Epochs) _entries.Forget(record);
        _relays.Remove(greatest);
        _putOut.Enqueue(greatest);
        return true;
    }

    private StampRecord? Find(PeerId relay, Epoch epoch) =>
        _relays.TryGetValue(relay, out var stamps) ? stamps.Epochs.Find(record => record.Epoch == epoch) : null;

    private bool Lower(int row, int epoch, int place)
    {
        ref var value = ref table[row];
        if (value.Place > 0)
        {
            var order = value.Epoch == epoch ? 0 : CompareEpochs(value.Epoch, epoch);
            if (order == 0) order = value.Place.CompareTo(place);
            if (order <= 0) return false;
        }
        (value.Epoch, value.Place) = ((byte)epoch, place);
        return true;
    }

    private sealed record RelayStamps(ReadOnlyMemory<byte> Key, List<StampRecord> Epochs);
}
