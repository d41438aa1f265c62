using System.Diagnostics.CodeAnalysis;
using LanChat.Core.Ordering;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>Stamps: taken, proved, passed on.</summary>
internal sealed partial class RoomLog
{
    /// <summary>The relay whose stamps order the room; none for none.</summary>
    public PeerId OrderingRelay => _stamps.Ordering;

    /// <summary>The creator of a private room names the relay that orders it; none takes that back.</summary>
    public void NameRelay(PeerId relay)
    {
        if (relay == _stamps.Named) return;
        _stamps.Named = relay;
        _digestVersion++;
    }

    /// <summary>Takes a stamp from the store, as it was written.</summary>
    public void LoadStamp(StoredStamp stored) =>
        AddStamp(stored.Relay, stored.RelayKey, stored.Stamp, stored.IsWaived, stored.Chain, stored.Signature, isStored: true);

    /// <summary>Takes a stamp whose proof was checked, or that came on the relay's own link.</summary>
    /// <param name="relay">The relay that stamped.</param>
    /// <param name="relayKey">Its keys, 130 bytes.</param>
    /// <param name="stamp">Place and entry; the entry need not be held.</param>
    /// <param name="isWaived">Whether it was stamped though a parent was missing.</param>
    /// <param name="chain">c at this place.</param>
    /// <param name="signature">The relay's signature over <paramref name="chain"/>; empty for none.</param>
    /// <param name="isStored">Whether it comes from the store.</param>
    public StampOutcome AddStamp(
        PeerId relay, ReadOnlyMemory<byte> relayKey, in Stamp stamp, bool isWaived, EntryHash chain, ReadOnlyMemory<byte> signature, bool isStored = false)
    {
        var outcome = _stamps.Add(relay, relayKey, stamp, isWaived, chain, signature, isStored);
        if (outcome is StampOutcome.Refused or StampOutcome.TwoOrders) return outcome;
        _digestVersion++;
        if (outcome == StampOutcome.Duplicate || relay != _stamps.Ordering || relay != _orderedBy) return outcome;
        var row = _table.Find(stamp.Entry);
        if (row < 0) return outcome;
        var wasStamped = _table[row].Place > 0;
        if (wasStamped && _table[row].Is(RowState.Ordered)) RestampInPlace(row, stamp);
        else if (_stamps.Apply(row, stamp.Epoch, (int)stamp.Place) && _table[row].Is(RowState.Ordered)) _order.Restamp(row);
        var author = _table[row].Author;
        if (_chains[author].OthersAt(_table[row].Seq).Count > 0) Unsettle(author, _table[row].Seq);
        return outcome;
    }

    /// <summary>Takes a relay's verified signature over a chain value. False when the value here is another: the relay showed two orders.</summary>
    public bool TryProveStamps(PeerId relay, Epoch epoch, long place, EntryHash chain, ReadOnlyMemory<byte> signature)
    {
        _digestVersion++;
        return _stamps.TryProve(relay, epoch, place, chain, signature);
    }

    /// <summary>The value of a relay's stamp chain at a place; all zero at place 0. False where it is not known.</summary>
    public bool TryChainAt(PeerId relay, Epoch epoch, long place, out EntryHash chain) => _stamps.TryChainAt(relay, epoch, place, out chain);

    /// <summary>Whether stamps of a relay are taken: a room keeps those of few.</summary>
    public bool TakesRelay(PeerId relay) => _stamps.Takes(relay);

    /// <summary>Whether they find room only by putting another relay's out.</summary>
    public bool PutsOutRelay(PeerId relay) => _stamps.PutsOut(relay);

    /// <summary>The next relay whose stamps were put out.</summary>
    public bool TryTakePutOutRelay(out PeerId relay) => _stamps.TryTakePutOut(out relay);

    /// <summary>The entry stamped at a place, and whether it was though a parent was missing.</summary>
    public bool TryStampAt(PeerId relay, Epoch epoch, long place, out Stamp stamp, out bool isWaived)
    {
        isWaived = _stamps.IsWaived(relay, epoch, place);
        stamp = new Stamp(epoch, place, _stamps.At(relay, epoch, place));
        return !stamp.Entry.IsNone;
    }

    /// <summary>Proved ends of stamp chains, for a digest.</summary>
    public IEnumerable<StampHead> StampHeads() => _stamps.Heads();

    /// <summary>Place after which somebody's stamps are wanted; −1 when nothing is missing here.</summary>
    public long StampsWantedAfter(StampHead theirs) => _stamps.WantedAfter(theirs);

    /// <summary>A run of stamps that proves itself, after a place.</summary>
    public bool TryStampRun(PeerId relay, Epoch epoch, long after, [NotNullWhen(true)] out StampRun? run) =>
        _stamps.TryRun(relay, epoch, after, out run);

    /// <summary>Epochs of a relay of which stamps are known, ascending.</summary>
    public IEnumerable<Epoch> EpochsOf(PeerId relay) => _stamps.EpochsOf(relay);

    /// <summary>A lesser stamp of the same relay takes the place of one that an entry has.</summary>
    private void RestampInPlace(int row, in Stamp stamp)
    {
        _order.Displace(row);
        _stamps.Apply(row, stamp.Epoch, (int)stamp.Place);
        _order.Place(row, []);
    }
}
