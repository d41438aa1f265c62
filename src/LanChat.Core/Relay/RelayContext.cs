using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>What the parts of a relay share: its clients and rooms, the time of the present input, counters, and what is to be done. Owned by the node.</summary>
internal sealed class RelayContext(RelayNodeOptions options)
{
    private readonly Queue<NodeOutput> _outputs = [];
    private readonly Queue<RelayClient> _outgoing = [];
    private readonly ArrayBufferWriter<byte> _scratch = new(4096);
    private long _ticket;

    public RelayNodeOptions Options => options;

    public ICryptography Crypto => options.Cryptography;

    public RelayCounters Counters { get; } = new();

    /// <summary>The time of the present input.</summary>
    public Timestamp Now { get; set; }

    /// <summary>Clients past the handshake.</summary>
    public Dictionary<PeerId, RelayClient> Clients { get; } = [];

    /// <summary>Rooms in memory: those with subscribers and those left a moment ago.</summary>
    public Dictionary<RoomId, RelayRoom> Rooms { get; } = [];

    /// <summary>Rooms with entries that are stamped and not handed to the store.</summary>
    public HashSet<RelayRoom> Uncommitted { get; } = [];

    /// <summary>Whether something has begun to wait for time to pass.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Ascending over all that is asked of the store.</summary>
    public long NextTicket() => ++_ticket;

    public void Emit(NodeOutput output) => _outputs.Enqueue(output);

    public bool TryTake([NotNullWhen(true)] out NodeOutput? output) => _outputs.TryDequeue(out output);

    /// <summary>Puts values on disk, in order with everything else.</summary>
    public void Store(params ReadOnlySpan<StoreWrite> writes) => Emit(new StoreBatch(NextTicket(), true, [.. writes]));

    /// <summary>The next client with something to send.</summary>
    public bool TryTakeOutgoing([NotNullWhen(true)] out RelayClient? client) => _outgoing.TryDequeue(out client);

    /// <summary>The messages' bytes, behind each other, in an array of their own.</summary>
    public byte[] Encode(params ReadOnlySpan<RelayMessage> messages)
    {
        _scratch.ResetWrittenCount();
        foreach (var message in messages) FrameCodec.Write(_scratch, message);
        return _scratch.WrittenSpan.ToArray();
    }

    /// <summary>Sends a message on a channel.</summary>
    public void Send(RelayClient client, byte channel, RelayMessage message) => SendEncoded(client, channel, Encode(message));

    /// <summary>Sends a message on its room's channel.</summary>
    public void Send(RelayClient client, RoomId room, RelayMessage message) => Send(client, room.Channel, message);

    /// <summary>Sends an encoded message, which may be shared by many clients and stays unchanged.</summary>
    public void SendEncoded(RelayClient client, byte channel, ReadOnlyMemory<byte> encoded)
    {
        if (client.IsGone) return;
        client.QueuedBytes += encoded.Length;
        if (client.Outgoing.Add(channel, encoded)) _outgoing.Enqueue(client);
    }

    /// <summary>Has a client's first frame sent in this turn, with or without a message: the initiator waits for it on channel 0.</summary>
    public void SendFirst(RelayClient client)
    {
        client.Outgoing.IsFirstFrameDue = true;
        _outgoing.Enqueue(client);
    }

    /// <summary>Tells a client what was not done, and counts it.</summary>
    public void Refuse(RelayClient client, string code, string text, RoomId room = default, EntryHash entry = default, TimeSpan retryAfter = default)
    {
        Counters.Drop(code);
        Send(client, room == default ? (byte)0 : room.Channel, new RelayErrorMessage(code, text, room, entry, retryAfter));
    }

    public void Tell(RelayNotice notice, long tag = 0) => Emit(new TellOperator(notice, tag));
}
