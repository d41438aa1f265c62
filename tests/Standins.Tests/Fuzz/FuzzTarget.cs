using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using LiteNetLib;

namespace Standins.Tests.Fuzz;

/// <summary>
/// A server with every way in open, and a witness: a decent client whose numbered messages it returns. What happens to the witness, what the
/// library logs and what the server keeps show whether bad datagrams did anything.
/// </summary>
internal sealed class FuzzTarget : INetLogger, IDisposable
{
    /// <summary>Key of clients that are always accepted; of the others some are accepted, some rejected, some left without an answer.</summary>
    public const string Accepted = "accepted";

    private static readonly byte[] AcceptedBytes = Encoding.ASCII.GetBytes(Accepted);

    private readonly EventBasedNetListener _serverEvents = new();
    private readonly EventBasedNetListener _witnessEvents = new();
    private readonly EventBasedNatPunchListener _natEvents = new();
    private readonly NetManager _server;
    private readonly NetManager _witness;
    private readonly NetPeer _witnessPeer;
    private readonly INetLogger? _loggerBefore = NetDebug.Logger;
    private int _strangerRequests;
    private int _sent;
    private int _returned;

    public FuzzTarget()
    {
        NetDebug.Logger = this;
        _server = new NetManager(_serverEvents)
        {
            UnsyncedEvents = true,
            AutoRecycle = true,
            IPv6Enabled = false,
            ChannelsCount = 2,
            EnableStatistics = true,
            UnconnectedMessagesEnabled = true,
            BroadcastReceiveEnabled = true,
            NatPunchEnabled = true,
            MtuDiscovery = true,
            AllowPeerAddressChange = true,
        };
        _serverEvents.ConnectionRequestEvent += Decide;
        _serverEvents.NetworkReceiveEvent += Return;
        _server.NatPunchModule.UnsyncedEvents = true;
        _server.NatPunchModule.Init(_natEvents);
        Start(_server);

        _witness = new NetManager(_witnessEvents) { UnsyncedEvents = true, AutoRecycle = true, IPv6Enabled = false };
        _witnessEvents.NetworkReceiveEvent += (_, reader, _, _) => Check(reader.GetInt());
        _witnessEvents.PeerDisconnectedEvent += (_, info) => Problems.Enqueue($"the witness was disconnected: {info.Reason}");
        Start(_witness);
        _witnessPeer = _witness.Connect(new IPEndPoint(IPAddress.Loopback, Port), Accepted);
    }

    public int Port => _server.LocalPort;

    public NetManager Server => _server;

    /// <summary>Datagrams the server has taken from its socket.</summary>
    public long Received => _server.Statistics.PacketsReceived;

    /// <summary>Messages that connected endpoints' noise amounted to: how much of it got past the first checks.</summary>
    public long NoiseDelivered { get; private set; }

    /// <summary>Everything that should not have happened.</summary>
    public ConcurrentQueue<string> Problems { get; } = new();

    public bool IsWitnessConnected => _witnessPeer.ConnectionState == ConnectionState.Connected;

    /// <summary>Whether all messages of the witness have come back, each once and in order.</summary>
    public bool IsWitnessServed => Volatile.Read(ref _returned) == _sent;

    /// <summary>Sends the witness's next message.</summary>
    public void SendFromWitness()
    {
        byte[] message = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(message, _sent++);
        _witnessPeer.Send(message, DeliveryMethod.ReliableOrdered);
    }

    void INetLogger.WriteNet(NetLogLevel level, string str, params object[] args)
    {
        if (level == NetLogLevel.Error)
            Problems.Enqueue(args.Length == 0 ? str : string.Format(null, str, args));
    }

    public void Dispose()
    {
        _witness.Stop();
        _server.Stop();
        NetDebug.Logger = _loggerBefore;
    }

    /// <summary>Bound to loopback alone: what a forged introduction names elsewhere cannot be sent to.</summary>
    private static void Start(NetManager manager)
    {
        if (!manager.Start(IPAddress.Loopback, IPAddress.IPv6Loopback, 0))
            throw new InvalidOperationException("The port could not be opened.");
    }

    private void Decide(ConnectionRequest request)
    {
        if (request.Data.GetRemainingBytesSpan().EndsWith(AcceptedBytes))
        {
            request.Accept();
            return;
        }

        switch (_strangerRequests++ % 3)
        {
            case 0:
                request.Accept();
                break;
            case 1:
                request.Reject();
                break;
        }
    }

    /// <summary>Only the witness is answered; to others it would be a reflection of their own noise.</summary>
    private void Return(NetPeer peer, NetPacketReader reader, byte channel, DeliveryMethod method)
    {
        if (peer.Port == _witness.LocalPort)
            peer.Send(reader.GetRemainingBytesSpan(), channel, method);
        else
            NoiseDelivered++;
    }

    private void Check(int number)
    {
        int expected = _returned;
        if (number != expected)
            Problems.Enqueue($"the witness got message {number} instead of {expected}");
        Volatile.Write(ref _returned, expected + 1);
    }
}
