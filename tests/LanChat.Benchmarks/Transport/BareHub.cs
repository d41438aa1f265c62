using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace LanChat.Benchmarks.Transport;

/// <summary>
/// The least a hub can do on this machine: one thread, one blocking socket, a datagram out for every client per message in, the same bytes on the
/// wire, an acknowledgement to the sender. It resends nothing and checks nothing; what the library costs beyond it is the library's.
/// </summary>
internal sealed class BareHub
{
    private const int Sequences = 32_768;

    private readonly Socket _socket = Loopback.Udp(4 << 20);
    private readonly Dictionary<SocketAddress, Client> _clients = [];
    private readonly List<Client> _order = [];
    private readonly byte[] _received = new byte[2048];
    private readonly byte[] _outgoing = new byte[2048];

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public void Run()
    {
        var from = new SocketAddress(AddressFamily.InterNetwork);
        while (true)
        {
            int length = _socket.ReceiveFrom(_received, SocketFlags.None, from);
            Span<byte> packet = _received.AsSpan(0, length);
            if (packet.IsEmpty)
                continue;
            if ((packet[0] & 0x1f) == 6)
                Accept(from, packet);
            else if ((packet[0] & 0x1f) == 2 && _clients.TryGetValue(from, out Client? sender))
                Forward(sender, packet);
        }
    }

    private void Accept(SocketAddress from, ReadOnlySpan<byte> request)
    {
        if (!_clients.ContainsKey(from))
        {
            var copy = new SocketAddress(from.Family, from.Size);
            from.Buffer[..from.Size].CopyTo(copy.Buffer);
            var client = new Client(copy);
            _clients.Add(copy, client);
            _order.Add(client);
        }

        Span<byte> accept = stackalloc byte[15];
        accept.Clear();
        accept[0] = 7;
        request.Slice(5, 8).CopyTo(accept[1..]);
        _socket.SendTo(accept, SocketFlags.None, from);
    }

    private void Forward(Client sender, ReadOnlySpan<byte> packet)
    {
        int sequence = BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]);
        Acknowledge(sender, sequence);
        packet.CopyTo(_outgoing);
        Span<byte> copy = _outgoing.AsSpan(0, packet.Length);
        foreach (Client client in _order)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(copy[1..], (ushort)client.Next);
            client.Next = (client.Next + 1) % Sequences;
            _socket.SendTo(copy, SocketFlags.None, client.Address);
        }
    }

    /// <summary>As if nothing was ever lost: everything up to the sequence was seen.</summary>
    private void Acknowledge(Client sender, int sequence)
    {
        Span<byte> ack = stackalloc byte[13];
        ack.Clear();
        ack[0] = 3;
        BinaryPrimitives.WriteUInt16LittleEndian(ack[1..], (ushort)Math.Max(0, sequence - 63));
        ack[3] = 2;
        ack.Slice(4, 8).Fill(0xff);
        _socket.SendTo(ack, SocketFlags.None, sender.Address);
    }

    private sealed class Client(SocketAddress address)
    {
        public SocketAddress Address { get; } = address;

        public int Next { get; set; }
    }
}
