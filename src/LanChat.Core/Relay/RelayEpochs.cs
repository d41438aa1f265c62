using System.Buffers.Binary;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// The epochs of a relay's store. A relay that is shown a stamp of its own which its store lacks knows that its store is an older copy, and
/// opens a later epoch before it stamps on, so that no place is given twice (PROTOCOL.md, section 10).
/// </summary>
internal sealed class RelayEpochs(RelayContext context)
{
    /// <summary>The stored value: all epochs, 16 bytes each, the present one last.</summary>
    public const string ValueName = "epochs";

    private const int EpochBytes = 16;

    /// <summary>Shown stamps whose entries have not come, per room. Beyond it they are forgotten: those entries are stamped anew, and the least stamp counts.</summary>
    private const int MaxShownPerRoom = 256 * 1024;

    private readonly List<Epoch> _epochs = [];

    /// <summary>The epoch in which is stamped now.</summary>
    public Epoch Present => _epochs[^1];

    /// <summary>Whether that epoch was opened since the start: then no place of it can have been given before.</summary>
    public bool IsPresentNew { get; private set; }

    /// <summary>Takes up what was stored, and opens the first epoch of a new store, or a later one of a copy that is known to be older.</summary>
    public void Load(RelaySnapshot snapshot)
    {
        if (snapshot.Values.TryGetValue(ValueName, out var stored))
        {
            for (var at = stored.Span; at.Length >= EpochBytes; at = at[EpochBytes..])
                _epochs.Add(new Epoch(BinaryPrimitives.ReadInt64BigEndian(at), BinaryPrimitives.ReadUInt64BigEndian(at[8..])));
        }
        if (_epochs.Count > 0 && (!snapshot.IsOlderCopy || context.Options.Guards.KeepEpochAfterRestore)) return;
        Open(default);
        if (snapshot.IsOlderCopy) context.Tell(new RelayWarning("The log is an older copy of itself: stamping goes on in a later epoch."));
    }

    /// <summary>
    /// The position after which a client that has come to <paramref name="cursor"/> in <paramref name="epoch"/> is to be served: what this store
    /// holds from that epoch and before is the same at both; the rest may not be.
    /// </summary>
    public long ResumeAfter(RelayRoom room, Epoch epoch, long cursor)
    {
        cursor = Math.Min(cursor, room.Committed);
        if (epoch != Present)
        {
            if (!_epochs.Contains(epoch)) cursor = 0;

            // A kept entry says nothing of when it was appended, so it counts with what stands after it.
            while (cursor >= room.Index.First && (room.Index[cursor].IsKept || room.Index[cursor].Epoch.CompareTo(epoch) > 0)) cursor--;
        }
        return Math.Max(cursor, room.Index.First - 1);
    }

    /// <summary>Takes stamps of this relay that a client holds; returns the runs that told something new.</summary>
    public List<StampRun> Show(RelayClient client, RelayRoom room, IEnumerable<StampRun> runs)
    {
        var news = new List<StampRun>();
        foreach (var run in runs)
        {
            if (run.Relay != context.Options.Identity.Id) continue;
            if (run.Room != room.Id || StampChain.VerifyRun(context.Crypto, run) != Rejection.None)
            {
                context.Counters.Drop("stamp-run");
                client.Offences++;
                continue;
            }
            if (Learn(room, run)) news.Add(run);
        }
        return news;
    }

    private bool Learn(RelayRoom room, StampRun run)
    {
        var isNew = false;
        for (var i = 0; i < run.Entries.Length; i++)
        {
            var stamp = new KeptStamp(run.Epoch, run.First + i);
            var position = room.Index.Find(run.Entries[i]);
            if (position > 0 && room.Index[position] is var slot && slot.Epoch == stamp.Epoch && slot.Place == stamp.Place) continue;
            isNew = true;
            if (position == 0) Remember(room, run.Entries[i], stamp);
        }
        if (isNew && run.Epoch.CompareTo(Present) >= 0 && !context.Options.Guards.KeepEpochAfterRestore) Open(run.Epoch);
        return isNew;
    }

    private static void Remember(RelayRoom room, EntryHash entry, KeptStamp stamp)
    {
        if (room.Shown.TryGetValue(entry, out var known) && (known.Epoch, known.Place).CompareTo((stamp.Epoch, stamp.Place)) <= 0) return;
        if (room.Shown.Count < MaxShownPerRoom || room.Shown.ContainsKey(entry)) room.Shown[entry] = stamp;
    }

    /// <summary>Opens an epoch later than all known ones and <paramref name="known"/>, and tells every subscriber.</summary>
    private void Open(Epoch known)
    {
        IsPresentNew = true;
        Span<byte> random = stackalloc byte[8];
        context.Options.Random.Fill(random);
        var latest = _epochs.Count > 0 ? Math.Max(Present.UtcMilliseconds, known.UtcMilliseconds) : known.UtcMilliseconds;
        _epochs.Add(new Epoch(Math.Max(context.Now.UtcMilliseconds, latest + 1), BinaryPrimitives.ReadUInt64BigEndian(random)));
        var stored = new byte[_epochs.Count * EpochBytes];
        for (var i = 0; i < _epochs.Count; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(stored.AsSpan(i * EpochBytes), _epochs[i].UtcMilliseconds);
            BinaryPrimitives.WriteUInt64BigEndian(stored.AsSpan(i * EpochBytes + 8), _epochs[i].Random);
        }
        context.Store(new PutValue(ValueName, stored));
        foreach (var room in context.Rooms.Values)
        {
            room.Place = 0;
            room.Chain = EntryHash.None;
            foreach (var subscription in room.Subscriptions)
                context.Send(subscription.Client, room.Id, new SubscribedMessage(room.Id, Present, room.Committed, subscription.Cursor, RelayRooms.MembersOf(room)));
        }
    }
}
