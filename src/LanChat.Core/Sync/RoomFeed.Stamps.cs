using LanChat.Core.Ordering;
using LanChat.Protocol;

namespace LanChat.Core;

/// <content>Stamps that come from a relay, from members, or from other clients by way of the relay.</content>
internal sealed partial class RoomFeed
{
    /// <summary>Once a room knows as many relays as it keeps, one more is taken in this time.</summary>
    private static readonly TimeSpan AnotherRelayPause = TimeSpan.FromMinutes(1);

    private TimeSpan _nextRelayAt;

    /// <summary>A run of stamps from a member, or from another client by way of the relay: checked, then kept.</summary>
    public void TakeRun(StampRun run)
    {
        var isTooMany = !MayTake(run.Relay);
        if (isTooMany || run.Room != room.Id || StampChain.VerifyRun(context.Crypto, run) != Rejection.None)
        {
            context.Count(isTooMany ? "stamps-of-too-many-relays" : "stamps-not-proven");
            return;
        }

        if (room.Log.PutsOutRelay(run.Relay)) _nextRelayAt = context.Now.Monotonic + AnotherRelayPause;
        var chain = run.ChainBefore;
        for (var i = 0; i < run.Entries.Length; i++)
        {
            var stamp = new Stamp(run.Epoch, run.First + i, run.Entries[i]);
            chain = StampChain.Next(chain, run.Relay, room.Id, run.Epoch, stamp.Place, stamp.Entry);
            Place(run.Relay, run.RelayKey, stamp, run.Waived.Contains(i), chain, i == run.Entries.Length - 1 ? run.Signature : default);
        }

        room.Display.OrderChanged();
    }

    /// <summary>
    /// Whether stamps of a relay are taken now. Whoever makes up relays by the thousand has the room put in order anew once in a while, not all the time.
    /// </summary>
    public bool MayTake(PeerId relay) =>
        room.Log.TakesRelay(relay) && (!room.Log.PutsOutRelay(relay) || relay == _relay?.Id || context.Now.Monotonic >= _nextRelayAt);

    private void Place(PeerId relay, ReadOnlyMemory<byte> relayKey, Stamp stamp, bool isWaived, EntryHash chain, ReadOnlyMemory<byte> signature)
    {
        var outcome = room.Log.AddStamp(relay, relayKey, stamp, isWaived, chain, signature);
        while (room.Log.TryTakePutOutRelay(out var gone)) parts.Store.Write(new RemoveStamps(room.Id, gone));
        switch (outcome)
        {
            case StampOutcome.Added:
                parts.Store.Write(new PutStamp(room.Id, new StoredStamp(relay, relayKey, stamp, isWaived, chain, signature)));
                if (relay == room.Log.OrderingRelay) room.Display.Ordered(stamp.Entry, stamp.Place);
                break;
            case StampOutcome.TwoOrders:
                TellTwoOrders(relay);
                break;
        }
    }

    private void TellTwoOrders(PeerId relay)
    {
        context.Count("stamp-two-orders");
        if (_hasToldTwoOrders) return;
        _hasToldTwoOrders = true;
        context.Tell(new WarningEvent(
            "two-orders", $"The relay {parts.People.Nick(relay)} has shown two different orders of {room.Label}; do not rely on its order.", relay));
    }
}
