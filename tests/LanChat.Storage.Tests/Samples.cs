using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Storage.Tests;

/// <summary>Rooms, entries and stamps of no meaning, each made of a few numbers.</summary>
internal static class Samples
{
    /// <summary>A moment for names of what is set aside.</summary>
    public static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static readonly PeerId Ana = new(0xA1);
    public static readonly PeerId Bruno = new(0xB2);

    public static StoredRoom Room(int number, bool isJoined = true) => new(
        Id(number), RoomKind.Private, "lan", $"#room{number}", Key(number), Ana, PeerId.None, isJoined, new RelayAddress(Bruno, "relay.example", 42043));

    public static RoomId Id(int number) => new((UInt128)(uint)number + 1);

    /// <summary>32 bytes that occur nowhere else.</summary>
    public static byte[] Key(int number) => SHA256.HashData(Encoding.ASCII.GetBytes($"key {number}"));

    public static Entry Entry(int room, PeerId author, int seq, int bodySize = 40)
    {
        var header = new byte[120];
        BinaryPrimitives.WriteInt32BigEndian(header, room);
        author.Write(header.AsSpan(4));
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(20), seq);
        var hash = EntryHash.Read(SHA256.HashData(header));
        return new Entry
        {
            Room = Id(room), Author = author, Seq = seq, Previous = EntryHash.None, After = [], Clock = HybridClock.At(seq), Nonce = new byte[12],
            BodyHash = hash, Recipient = PeerId.None, Header = header, Signature = Fill(64, 0x51), Body = Fill(bodySize, (byte)seq), Hash = hash,
        };
    }

    public static PutEntry Put(int room, PeerId author, int seq, EntryFlags flags = EntryFlags.None, int bodySize = 40)
    {
        var entry = Entry(room, author, seq, bodySize);
        return new PutEntry(Id(room), entry, Encode(entry), 0, flags);
    }

    public static byte[] Encode(Entry entry) => EntryCodec.Encode(entry);

    public static StoredStamp Stamp(int place, PeerId relay, EntryHash entry, bool isSigned = false) => new(
        relay, Fill(130, 0x77), new Stamp(new Epoch(1_700_000_000_000, ulong.MaxValue - 5), place, entry), place % 2 == 0,
        EntryHash.Read(Key(place)), isSigned ? Fill(64, 0x99) : ReadOnlyMemory<byte>.Empty);

    public static LogEntry Log(int room, int seq, int size = 300)
    {
        var entry = Entry(room, Ana, seq, size);
        return new LogEntry(
            Ana, seq, entry.Hash, EntryHash.None, new Epoch(1_700_000_000_000, 7), seq, seq % 3 == 0, seq % 2 == 0, EntryHash.Read(Key(seq)),
            Fill(64, 0x11), Encode(entry));
    }

    private static byte[] Fill(int count, byte value)
    {
        var bytes = new byte[count];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
