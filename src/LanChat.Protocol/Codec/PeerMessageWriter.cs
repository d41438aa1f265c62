using MessagePack;

namespace LanChat.Protocol;

/// <summary>Writes messages between peers: [kind, fields …].</summary>
internal static class PeerMessageWriter
{
    public static void Write(ref MessagePackWriter writer, PeerMessage message)
    {
        switch (message)
        {
            case RoomsMessage rooms:
                Head(ref writer, PeerKind.Rooms);
                writer.WriteArrayHeader(rooms.Tags.Length);
                foreach (var tag in rooms.Tags) writer.Write128(tag);
                writer.WriteMilliseconds(rooms.UtcMilliseconds);
                break;
            case ProfileMessage profile:
                Head(ref writer, PeerKind.Profile);
                writer.Write(profile.Profile.Span);
                break;
            case KnownPeersMessage known:
                Head(ref writer, PeerKind.KnownPeers);
                WriteKnownPeers(ref writer, known);
                break;
            case ByeMessage:
                Head(ref writer, PeerKind.Bye);
                break;
            case AliveMessage alive:
                Head(ref writer, PeerKind.Alive);
                writer.Write(unchecked((ulong)alive.Token));
                writer.Write(alive.IsAnswer);
                break;
            case SupersededMessage:
                Head(ref writer, PeerKind.Superseded);
                break;
            case RoomMessage room:
                WriteRoomMessage(ref writer, room);
                break;
            default:
                throw Unknown(message);
        }
    }

    /// <summary>No more bytes than this message takes when written.</summary>
    public static int Measure(PeerMessage message) => message switch
    {
        RoomsMessage rooms => 32 + (18 * rooms.Tags.Length),
        ProfileMessage profile => 32 + profile.Profile.Length,
        KnownPeersMessage known => 32 + (48 * known.Peers.Length),
        NeighboursMessage neighbours => 32 + (18 * neighbours.Peers.Length),
        ProfilesMessage profiles => 32 + MessageSizes.Of(profiles.Profiles),
        EntriesMessage entries => 40 + MessageSizes.Of(entries.Entries),
        DigestMessage digest => 40 + MessageSizes.Of(digest.Authors) + (96 * digest.Stamps.Length),
        WantMessage want => 48 + want.Authors.Sum(line => 24 + (11 * line.Ranges.Length)),
        ForkProbeMessage probe => 64 + (16 * probe.Probes.Length),
        ReceiptMessage receipt => 32 + MessageSizes.Of(receipt.Authors),
        StampsMessage stamps => 32 + MessageSizes.Of(stamps.Run),
        WantStampsMessage or PrunedMessage or SummaryMessage => 96,
        _ => 32,
    };

    private static void WriteRoomMessage(ref MessagePackWriter writer, RoomMessage message)
    {
        switch (message)
        {
            case NeighboursMessage neighbours:
                Head(ref writer, PeerKind.Neighbours, message);
                writer.WritePeers(neighbours.Peers);
                break;
            case PartMessage:
                Head(ref writer, PeerKind.Part, message);
                break;
            case ProfilesMessage profiles:
                Head(ref writer, PeerKind.Profiles, message);
                writer.WriteBlobs(profiles.Profiles);
                break;
            case EntriesMessage entries:
                Head(ref writer, PeerKind.Entries, message);
                writer.Write(entries.WantId);
                writer.Write(entries.IsLast);
                writer.WriteBlobs(entries.Entries);
                break;
            case ReceiptMessage receipt:
                Head(ref writer, PeerKind.Receipt, message);
                writer.WriteDigestLines(receipt.Authors);
                break;
            case SummaryMessage summary:
                Head(ref writer, PeerKind.Summary, message);
                writer.Write128(summary.Value);
                break;
            case PrunedMessage pruned:
                Head(ref writer, PeerKind.Pruned, message);
                writer.WritePeer(pruned.Author);
                writer.Write(pruned.Below);
                break;
            case WantStampsMessage want:
                Head(ref writer, PeerKind.WantStamps, message);
                writer.WritePeer(want.Relay);
                writer.WriteEpoch(want.Epoch);
                writer.Write(want.After);
                break;
            case StampsMessage stamps:
                Head(ref writer, PeerKind.Stamps, message);
                writer.WriteStampRun(stamps.Run);
                break;
            default:
                WriteListMessage(ref writer, message);
                break;
        }
    }

    private static void WriteListMessage(ref MessagePackWriter writer, RoomMessage message)
    {
        switch (message)
        {
            case DigestMessage digest:
                Head(ref writer, PeerKind.Digest, message);
                writer.WriteDigestLines(digest.Authors);
                writer.WriteArrayHeader(digest.Stamps.Length);
                foreach (var head in digest.Stamps) writer.WriteStampHead(head);
                writer.Write(digest.WantsAnswer);
                break;
            case WantMessage want:
                Head(ref writer, PeerKind.Want, message);
                writer.Write(want.WantId);
                writer.WriteArrayHeader(want.Authors.Length);
                foreach (var line in want.Authors)
                {
                    writer.WriteArrayHeader(2);
                    writer.WritePeer(line.Author);
                    writer.WriteRanges(line.Ranges);
                }
                writer.Write(want.MaxBytes);
                break;
            case ForkProbeMessage fork:
                Head(ref writer, PeerKind.ForkProbe, message);
                writer.WritePeer(fork.Author);
                writer.WriteArrayHeader(fork.Probes.Length);
                foreach (var probe in fork.Probes)
                {
                    writer.WriteArrayHeader(2);
                    writer.Write(probe.Seq);
                    writer.WriteShortHash(probe.Hash);
                }
                break;
            default:
                throw Unknown(message);
        }
    }

    private static void WriteKnownPeers(ref MessagePackWriter writer, KnownPeersMessage known)
    {
        var peers = known.Peers.Where(peer => !peer.Address.Address.IsIPv6LinkLocal).ToList();
        writer.WriteArrayHeader(peers.Count);
        foreach (var peer in peers)
        {
            writer.WriteArrayHeader(2);
            writer.WritePeer(peer.Id);
            writer.WriteEndPoint(peer.Address);
        }
    }

    private static void Head(ref MessagePackWriter writer, PeerKind kind)
    {
        writer.WriteArrayHeader(1 + PeerMessageReader.FieldCount((int)kind));
        writer.Write((int)kind);
    }

    private static void Head(ref MessagePackWriter writer, PeerKind kind, RoomMessage message)
    {
        Head(ref writer, kind);
        writer.Write128(message.Tag);
    }

    private static ArgumentException Unknown(PeerMessage message) => new($"No kind for {message.GetType().Name}.", nameof(message));
}
