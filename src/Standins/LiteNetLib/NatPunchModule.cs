using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Unicode;
using LiteNetLib.Utils;
using LiteNetLib.Wire;

namespace LiteNetLib;

/// <summary>Which of a peer's addresses answered.</summary>
public enum NatAddressType
{
    /// <summary>Its address in its own network.</summary>
    Internal,

    /// <summary>Its address as the mediator sees it.</summary>
    External,
}

/// <summary>Receives what the NAT punch module hears.</summary>
public interface INatPunchListener
{
    /// <summary>To the mediator: somebody wants to be introduced.</summary>
    void OnNatIntroductionRequest(IPEndPoint localEndPoint, IPEndPoint remoteEndPoint, string token);

    /// <summary>To a client: a punch came through. Usually once for each address type.</summary>
    void OnNatIntroductionSuccess(IPEndPoint targetEndPoint, NatAddressType type, string token);
}

/// <summary>A NAT punch listener that raises .NET events.</summary>
public class EventBasedNatPunchListener : INatPunchListener
{
    /// <summary>Handles <see cref="NatIntroductionRequest"/>.</summary>
    public delegate void OnNatIntroductionRequest(IPEndPoint localEndPoint, IPEndPoint remoteEndPoint, string token);

    /// <summary>Handles <see cref="NatIntroductionSuccess"/>.</summary>
    public delegate void OnNatIntroductionSuccess(IPEndPoint targetEndPoint, NatAddressType type, string token);

    /// <inheritdoc cref="INatPunchListener.OnNatIntroductionRequest"/>
    public event OnNatIntroductionRequest NatIntroductionRequest;

    /// <inheritdoc cref="INatPunchListener.OnNatIntroductionSuccess"/>
    public event OnNatIntroductionSuccess NatIntroductionSuccess;

    void INatPunchListener.OnNatIntroductionRequest(IPEndPoint localEndPoint, IPEndPoint remoteEndPoint, string token) =>
        NatIntroductionRequest?.Invoke(localEndPoint, remoteEndPoint, token);

    void INatPunchListener.OnNatIntroductionSuccess(IPEndPoint targetEndPoint, NatAddressType type, string token) =>
        NatIntroductionSuccess?.Invoke(targetEndPoint, type, token);
}

/// <summary>
/// Hole punching with a mediator both sides can reach. A message is the u64 hash of the original's type name and the fields of that
/// type: the hashes are the protocol, whatever the types are called here.
/// </summary>
public sealed class NatPunchModule
{
    /// <summary>Characters of a token; longer ones are cut on sending and read as "".</summary>
    public const int MaxTokenLength = 256;

    private const int IPv4Size = 4;
    private const int IPv6Size = 16;
    private const ulong RequestHash = 0x9C66B1BF2610BE88;
    private const ulong ResponseHash = 0x619122C9FBCBDB44;
    private const ulong PunchHash = 0xD2F884792E5C4F4A;

    /// <summary>Introductions kept until polled; a flood beyond it is dropped.</summary>
    private const int MaxPendingEvents = 1024;

    /// <summary>Time to live of the datagram that only has to open the own NAT.</summary>
    private const short PunchTtl = 2;

    private readonly LiteNetManager _manager;
    private readonly ConcurrentQueue<Action<INatPunchListener>> _events = new();
    private INatPunchListener _listener;

    internal NatPunchModule(LiteNetManager manager) => _manager = manager;

    /// <summary>Runs callbacks on the receiving thread.</summary>
    public bool UnsyncedEvents;

    /// <summary>Sets the listener; before it, messages are dropped.</summary>
    public void Init(INatPunchListener listener) => _listener = listener;

    /// <summary>As mediator: tells both sides each other's addresses.</summary>
    public void NatIntroduce(
        IPEndPoint hostInternal, IPEndPoint hostExternal, IPEndPoint clientInternal, IPEndPoint clientExternal, string additionalInfo)
    {
        SendResponse(hostInternal, hostExternal, additionalInfo, clientExternal);
        SendResponse(clientInternal, clientExternal, additionalInfo, hostExternal);
    }

    /// <summary>Asks a mediator, given by name, to be introduced to whoever presents the same token.</summary>
    public void SendNatIntroduceRequest(string host, int port, string additionalInfo) =>
        SendNatIntroduceRequest(NetUtils.MakeEndPoint(host, port), additionalInfo);

    /// <summary>Asks a mediator to be introduced to whoever presents the same token.</summary>
    public void SendNatIntroduceRequest(IPEndPoint masterServerEndPoint, string additionalInfo)
    {
        bool isIPv4 = masterServerEndPoint.AddressFamily == AddressFamily.InterNetwork;
        string address = NetUtils.GetLocalIp(isIPv4 ? LocalAddrType.IPv4 : LocalAddrType.IPv6);
        if (string.IsNullOrEmpty(address))
            address = (isIPv4 ? IPAddress.Loopback : IPAddress.IPv6Loopback).ToString();
        var writer = Begin(RequestHash);
        writer.Put(new IPEndPoint(IPAddress.Parse(address), _manager.LocalPort));
        writer.Put(additionalInfo, MaxTokenLength);
        _manager.SendTo(writer.AsReadOnlySpan(), masterServerEndPoint);
    }

    /// <summary>Dispatches what was heard since the last call.</summary>
    public void PollEvents()
    {
        if (UnsyncedEvents || _listener == null)
            return;
        while (_events.TryDequeue(out var raise))
            raise(_listener);
    }

    /// <summary>Takes the body of a NatMessage, which may hold several messages. On the receiving thread.</summary>
    internal void HandleMessage(IPEndPoint sender, ReadOnlySpan<byte> body)
    {
        if (_listener == null)
            return;
        while (body.Length >= sizeof(ulong) && TryHandle(sender, ref body))
        {
        }
    }

    private static NetDataWriter Begin(ulong hash)
    {
        var writer = new NetDataWriter();
        writer.Put((byte)PacketProperty.NatMessage);
        writer.Put(hash);
        return writer;
    }

    /// <summary>Takes one message off the front. Bad fields are a stranger's mistake, and answered by dropping the datagram.</summary>
    private bool TryHandle(IPEndPoint sender, ref ReadOnlySpan<byte> body)
    {
        ulong hash = BinaryPrimitives.ReadUInt64LittleEndian(body);
        body = body[sizeof(ulong)..];
        switch (hash)
        {
            case RequestHash when TryReadEndPoint(ref body, out var local) && TryReadToken(ref body, out string token):
                Raise(listener => listener.OnNatIntroductionRequest(local, sender, token));
                return true;
            case ResponseHash when TryReadEndPoint(ref body, out var internalEndPoint)
                && TryReadEndPoint(ref body, out var externalEndPoint) && TryReadToken(ref body, out string token):
                Punch(internalEndPoint, externalEndPoint, token);
                return true;
            case PunchHash when TryReadToken(ref body, out string token) && body.Length > 0:
                var type = body[0] != 0 ? NatAddressType.External : NatAddressType.Internal;
                body = body[1..];
                Raise(listener => listener.OnNatIntroductionSuccess(sender, type, token));
                return true;
            default:
                return false;
        }
    }

    private static bool TryReadEndPoint(ref ReadOnlySpan<byte> body, out IPEndPoint endPoint)
    {
        endPoint = null;
        if (body.IsEmpty)
            return false;
        int addressSize = body[0] == 0 ? IPv4Size : IPv6Size;
        int size = 1 + addressSize + sizeof(ushort);
        if (body.Length < size)
            return false;
        endPoint = new IPEndPoint(
            new IPAddress(body.Slice(1, addressSize)), BinaryPrimitives.ReadUInt16LittleEndian(body[(1 + addressSize)..]));
        body = body[size..];
        return true;
    }

    /// <summary>A longer token reads as "", as in the original.</summary>
    private static bool TryReadToken(ref ReadOnlySpan<byte> body, out string token)
    {
        token = string.Empty;
        if (body.Length < sizeof(ushort))
            return false;
        int size = Math.Max(0, BinaryPrimitives.ReadUInt16LittleEndian(body) - 1);
        body = body[sizeof(ushort)..];
        if (body.Length < size || !Utf8.IsValid(body[..size]))
            return false;
        string text = Encoding.UTF8.GetString(body[..size]);
        token = text.Length <= MaxTokenLength ? text : string.Empty;
        body = body[size..];
        return true;
    }

    /// <summary>
    /// Punches to both addresses. The one with a short life opens the own NAT for the other side's punch without reaching it: a NAT
    /// that is hit before it was opened may take the sender for an intruder.
    /// </summary>
    private void Punch(IPEndPoint internalEndPoint, IPEndPoint externalEndPoint, string token)
    {
        SendPunch(internalEndPoint, token, false);
        Span<byte> empty = [(byte)PacketProperty.Empty];
        _manager.SendWithTtl(empty, externalEndPoint, PunchTtl);
        SendPunch(externalEndPoint, token, true);
    }

    private void SendPunch(IPEndPoint target, string token, bool isExternal)
    {
        var writer = Begin(PunchHash);
        writer.Put(token, MaxTokenLength);
        writer.Put(isExternal);
        _manager.SendTo(writer.AsReadOnlySpan(), target);
    }

    private void SendResponse(IPEndPoint internalEndPoint, IPEndPoint externalEndPoint, string token, IPEndPoint target)
    {
        var writer = Begin(ResponseHash);
        writer.Put(internalEndPoint);
        writer.Put(externalEndPoint);
        writer.Put(token, MaxTokenLength);
        _manager.SendTo(writer.AsReadOnlySpan(), target);
    }

    private void Raise(Action<INatPunchListener> raise)
    {
        if (UnsyncedEvents)
            _manager.RunGuarded(() => raise(_listener));
        else if (_events.Count < MaxPendingEvents)
            _events.Enqueue(raise);
    }
}
