using System.Net;
using LiteNetLib.Utils;

namespace LiteNetLib;

/// <summary>
/// Somebody asks for a connection. One decision, at any time and on any thread; later calls do nothing. Undecided requests
/// are repeated by the other side until it gives up.
/// </summary>
public class LiteConnectionRequest
{
    /// <summary>Who asks.</summary>
    public readonly IPEndPoint RemoteEndPoint;

    private readonly LiteNetManager _manager;
    private int _isDecided;

    internal LiteConnectionRequest(LiteNetManager manager, IPEndPoint remoteEndPoint, Wire.ConnectRequest packet)
    {
        _manager = manager;
        RemoteEndPoint = remoteEndPoint;
        Packet = packet;
        Data = new NetDataReader();
        if (packet.Data.Length > 0)
            Data.SetSource(packet.Data);
    }

    /// <summary>What was passed to Connect; <c>IsNull</c> if that was empty.</summary>
    public NetDataReader Data { get; }

    /// <summary>The newest datagram of this request.</summary>
    internal Wire.ConnectRequest Packet { get; set; }

    internal long LastSeen { get; set; }

    /// <summary>Accepts if the data starts with this string, rejects otherwise.</summary>
    /// <returns>The connected peer, or null.</returns>
    public LiteNetPeer AcceptIfKey(string key)
    {
        if (!HasKey(key))
        {
            Reject();
            return null;
        }

        return Accept();
    }

    /// <summary>Accepts.</summary>
    /// <returns>The connected peer, or null if the request was decided before.</returns>
    public LiteNetPeer Accept() => TryDecide() ? _manager.Accept(this) : null;

    /// <summary>Rejects with data, repeated until the other side confirms; or, with <paramref name="force"/>, sent once, and only
    /// if there is data.</summary>
    public void Reject(byte[] rejectData, int start, int length, bool force)
    {
        if (TryDecide())
            _manager.Reject(this, new ReadOnlySpan<byte>(rejectData, start, length), force);
    }

    /// <summary>Rejects with data.</summary>
    public void Reject(byte[] rejectData, int start, int length) => Reject(rejectData, start, length, false);

    /// <summary>Sends the data once, without keeping anything.</summary>
    public void RejectForce(byte[] rejectData, int start, int length) => Reject(rejectData, start, length, true);

    /// <summary>Forgets the request without an answer.</summary>
    public void RejectForce() => Reject(null, 0, 0, true);

    /// <inheritdoc cref="RejectForce(byte[],int,int)"/>
    public void RejectForce(byte[] rejectData) => Reject(rejectData, 0, rejectData.Length, true);

    /// <inheritdoc cref="RejectForce(byte[],int,int)"/>
    public void RejectForce(NetDataWriter rejectData) => Reject(rejectData.Data, 0, rejectData.Length, true);

    /// <summary>Rejects without data.</summary>
    public void Reject() => Reject(null, 0, 0, false);

    /// <inheritdoc cref="Reject(byte[],int,int)"/>
    public void Reject(byte[] rejectData) => Reject(rejectData, 0, rejectData.Length, false);

    /// <inheritdoc cref="Reject(byte[],int,int)"/>
    public void Reject(NetDataWriter rejectData) => Reject(rejectData.Data, 0, rejectData.Length, false);

    private bool TryDecide() => Interlocked.Exchange(ref _isDecided, 1) == 0;

    private bool HasKey(string key)
    {
        try
        {
            return Data.TryGetString(out string received) && received == key;
        }
        catch (System.Text.DecoderFallbackException)
        {
            return false;
        }
    }
}

/// <summary>A request to a <see cref="NetManager"/>.</summary>
public class ConnectionRequest : LiteConnectionRequest
{
    internal ConnectionRequest(LiteNetManager manager, IPEndPoint remoteEndPoint, Wire.ConnectRequest packet)
        : base(manager, remoteEndPoint, packet)
    {
    }

    /// <inheritdoc cref="LiteConnectionRequest.AcceptIfKey"/>
    public new NetPeer AcceptIfKey(string key) => (NetPeer)base.AcceptIfKey(key);

    /// <inheritdoc cref="LiteConnectionRequest.Accept"/>
    public new NetPeer Accept() => (NetPeer)base.Accept();
}
