using System.Collections.Immutable;

namespace LanChat.Protocol;

/// <summary>Reads the fields of a message between peers, after its kind.</summary>
internal static class PeerMessageReader
{
    /// <summary>Fields behind the kind; -1 for a kind that is not known.</summary>
    public static int FieldCount(int kind) => (PeerKind)kind switch
    {
        PeerKind.Bye or PeerKind.Superseded => 0,
        PeerKind.Profile or PeerKind.KnownPeers or PeerKind.Part => 1,
        PeerKind.Rooms or PeerKind.Alive or PeerKind.Neighbours or PeerKind.Profiles => 2,
        PeerKind.Receipt or PeerKind.Summary or PeerKind.Stamps => 2,
        PeerKind.ForkProbe or PeerKind.Pruned => 3,
        PeerKind.Entries or PeerKind.Digest or PeerKind.Want or PeerKind.WantStamps => 4,
        _ => -1,
    };

    public static PeerMessage Read(ref WireReader reader, int kind) => (PeerKind)kind switch
    {
        PeerKind.Rooms => new RoomsMessage(ReadTags(ref reader), reader.Long(0, HybridClock.MaxMilliseconds)),
        PeerKind.Profile => new ProfileMessage(reader.Bytes(1, Limits.MaxProfileBytes)),
        PeerKind.KnownPeers => new KnownPeersMessage(ReadKnownPeers(ref reader)),
        PeerKind.Bye => new ByeMessage(),
        PeerKind.Alive => new AliveMessage(unchecked((long)reader.Unsigned()), reader.Boolean()),
        PeerKind.Superseded => new SupersededMessage(),
        _ => ReadRoomMessage(ref reader, (PeerKind)kind, reader.Number128()),
    };

    private static RoomMessage ReadRoomMessage(ref WireReader reader, PeerKind kind, UInt128 tag) => kind switch
    {
        PeerKind.Neighbours => new NeighboursMessage(tag, reader.Peers(Limits.MaxNeighbours)),
        PeerKind.Part => new PartMessage(tag),
        PeerKind.Profiles => new ProfilesMessage(tag, reader.Blobs(Limits.MaxProfilesPerMessage, Limits.MaxProfileBytes)),
        PeerKind.Entries => new EntriesMessage(
            tag, reader.Int(0, int.MaxValue), reader.Boolean(), reader.Blobs(Limits.MaxEntriesPerMessage, Limits.MaxEntryBytes)),
        PeerKind.Digest => new DigestMessage(tag, reader.DigestLines(), ReadStampHeads(ref reader), reader.Boolean()),
        PeerKind.Want => new WantMessage(tag, reader.Int(1, int.MaxValue), ReadWantLines(ref reader), reader.Int(1, int.MaxValue)),
        PeerKind.ForkProbe => new ForkProbeMessage(tag, reader.Peer(), ReadProbes(ref reader)),
        PeerKind.Receipt => new ReceiptMessage(tag, reader.DigestLines()),
        PeerKind.Summary => new SummaryMessage(tag, reader.Number128()),
        PeerKind.Pruned => new PrunedMessage(tag, reader.Peer(), reader.Int(1, Limits.MaxSeq)),
        PeerKind.WantStamps => new WantStampsMessage(tag, reader.Peer(), reader.Epoch(), reader.Long(0, Limits.MaxPlace)),
        PeerKind.Stamps => new StampsMessage(tag, reader.StampRun()),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A kind with a field count has a reader."),
    };

    private static ImmutableArray<UInt128> ReadTags(ref WireReader reader)
    {
        var count = reader.AnyArray(Limits.MaxRoomsPerPeer);
        var tags = ImmutableArray.CreateBuilder<UInt128>();
        for (var i = 0; i < count && reader.IsOk; i++) tags.Add(reader.Number128());
        return tags.ToImmutable();
    }

    private static ImmutableArray<KnownPeer> ReadKnownPeers(ref WireReader reader)
    {
        var count = reader.AnyArray(Limits.MaxKnownPeersPerMessage);
        var peers = ImmutableArray.CreateBuilder<KnownPeer>();
        for (var i = 0; i < count && reader.IsOk; i++)
        {
            reader.Array(2);
            peers.Add(new KnownPeer(reader.Peer(), reader.EndPoint()));
        }
        return peers.ToImmutable();
    }

    private static ImmutableArray<StampHead> ReadStampHeads(ref WireReader reader)
    {
        var count = reader.AnyArray(Limits.MaxStampHeadsPerDigest);
        var heads = ImmutableArray.CreateBuilder<StampHead>();
        for (var i = 0; i < count && reader.IsOk; i++) heads.Add(reader.StampHead());
        return heads.ToImmutable();
    }

    private static ImmutableArray<WantLine> ReadWantLines(ref WireReader reader)
    {
        var count = reader.AnyArray(Limits.MaxAuthorsPerDigest);
        var lines = ImmutableArray.CreateBuilder<WantLine>();
        for (var i = 0; i < count && reader.IsOk; i++)
        {
            reader.Array(2);
            lines.Add(new WantLine(reader.Peer(), reader.Ranges()));
        }
        return lines.ToImmutable();
    }

    private static ImmutableArray<ForkProbe> ReadProbes(ref WireReader reader)
    {
        var count = reader.AnyArray(Limits.MaxForkProbes);
        var probes = ImmutableArray.CreateBuilder<ForkProbe>();
        for (var i = 0; i < count && reader.IsOk; i++)
        {
            reader.Array(2);
            var probe = new ForkProbe(reader.Int(1, Limits.MaxSeq), reader.ShortHash());
            reader.Require(i == 0 || probe.Seq > probes[i - 1].Seq, Rejection.Inconsistent);
            probes.Add(probe);
        }
        return probes.ToImmutable();
    }
}
