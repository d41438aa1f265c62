using System.Net;
using LiteNetLib;
using LiteNetLib.Layers;
using Standins.Tests;

namespace LanChat.Standins.Tests.LiteNetLib;

/// <summary>Two managers of the stand-in on loopback, polled by the test.</summary>
internal sealed class Pair : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public const string Key = "key";

    public Pair(Action<NetManager>? configure = null, bool isUnsynced = false, Func<PacketLayerBase>? layer = null)
    {
        Server = Create(ServerListener, configure, isUnsynced, layer);
        Client = Create(ClientListener, configure, isUnsynced, layer);
        ServerListener.ConnectionRequestEvent += request => request.AcceptIfKey(Key);
        ServerListener.NetworkReceiveEvent += (_, reader, channel, method) =>
        {
            lock (Received)
                Received.Add(new Message(reader.GetRemainingBytes(), channel, method));
        };
        Assert.True(Server.Start(IPAddress.Loopback, IPAddress.IPv6Loopback, 0));
        Assert.True(Client.Start(IPAddress.Loopback, IPAddress.IPv6Loopback, 0));
    }

    public EventBasedNetListener ServerListener { get; } = new();

    public EventBasedNetListener ClientListener { get; } = new();

    public NetManager Server { get; }

    public NetManager Client { get; }

    public List<Message> Received { get; } = [];

    public IPEndPoint ServerEndPoint => new(IPAddress.Loopback, Server.LocalPort);

    public int ReceivedCount
    {
        get
        {
            lock (Received)
                return Received.Count;
        }
    }

    /// <summary>Connects the two and returns the client's peer.</summary>
    public async Task<NetPeer> Connect()
    {
        var peer = Client.Connect(ServerEndPoint, Key);
        await Wait("the connection", () => peer.ConnectionState == ConnectionState.Connected && Server.ConnectedPeersCount == 1);
        return peer;
    }

    public void Poll()
    {
        Server.PollEvents();
        Client.PollEvents();
    }

    /// <summary>Polls until the condition holds; fails naming what was waited for.</summary>
    public Task Wait(string what, Func<bool> condition) => Until.Holds(what, Patience, () =>
    {
        Poll();
        return condition();
    });

    public void Dispose()
    {
        Client.Stop();
        Server.Stop();
    }

    private static NetManager Create(
        EventBasedNetListener listener, Action<NetManager>? configure, bool isUnsynced, Func<PacketLayerBase>? layer)
    {
        var manager = new NetManager(listener, layer?.Invoke()) { UnsyncedEvents = isUnsynced, AutoRecycle = true };
        configure?.Invoke(manager);
        return manager;
    }

    internal readonly record struct Message(byte[] Data, byte Channel, DeliveryMethod Method);
}
