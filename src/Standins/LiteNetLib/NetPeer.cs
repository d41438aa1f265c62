using System.Net;
using LiteNetLib.Utils;

namespace LiteNetLib;

/// <summary>The other side of a connection of a <see cref="LiteNetLib.NetManager"/>: up to 64 channels for each delivery method.</summary>
public class NetPeer : LiteNetPeer
{
    internal NetPeer(LiteNetManager manager, IPEndPoint endPoint, PeerStart start)
        : base(manager, endPoint, start)
    {
    }

    /// <summary>Sends a message. Does nothing unless connected, or if the channel does not exist.</summary>
    /// <exception cref="TooBigPacketException">The delivery method does not fragment and the message is too big, or it would need
    /// more than <see cref="LiteNetManager.MaxFragmentsCount"/> fragments.</exception>
    public void Send(ReadOnlySpan<byte> data, byte channelNumber, DeliveryMethod deliveryMethod) =>
        SendInternal(data, channelNumber, deliveryMethod, null);

    /// <inheritdoc cref="Send(ReadOnlySpan{byte},byte,DeliveryMethod)"/>
    public void Send(byte[] data, byte channelNumber, DeliveryMethod deliveryMethod) =>
        SendInternal(data, channelNumber, deliveryMethod, null);

    /// <inheritdoc cref="Send(ReadOnlySpan{byte},byte,DeliveryMethod)"/>
    public void Send(NetDataWriter dataWriter, byte channelNumber, DeliveryMethod deliveryMethod) =>
        SendInternal(dataWriter.AsReadOnlySpan(), channelNumber, deliveryMethod, null);

    /// <inheritdoc cref="Send(ReadOnlySpan{byte},byte,DeliveryMethod)"/>
    public void Send(byte[] data, int start, int length, byte channelNumber, DeliveryMethod deliveryMethod) =>
        SendInternal(data.AsSpan(start, length), channelNumber, deliveryMethod, null);

    /// <summary>Sends a message and raises a delivery event with <paramref name="userData"/> when it has arrived.</summary>
    /// <exception cref="ArgumentException">The delivery method is not ReliableOrdered or ReliableUnordered.</exception>
    public void SendWithDeliveryEvent(ReadOnlySpan<byte> data, byte channelNumber, DeliveryMethod deliveryMethod, object userData) =>
        SendConfirmed(data, channelNumber, deliveryMethod, userData);

    /// <inheritdoc cref="SendWithDeliveryEvent(ReadOnlySpan{byte},byte,DeliveryMethod,object)"/>
    public void SendWithDeliveryEvent(byte[] data, byte channelNumber, DeliveryMethod deliveryMethod, object userData) =>
        SendConfirmed(data, channelNumber, deliveryMethod, userData);

    /// <inheritdoc cref="SendWithDeliveryEvent(ReadOnlySpan{byte},byte,DeliveryMethod,object)"/>
    public void SendWithDeliveryEvent(NetDataWriter dataWriter, byte channelNumber, DeliveryMethod deliveryMethod, object userData) =>
        SendConfirmed(dataWriter.AsReadOnlySpan(), channelNumber, deliveryMethod, userData);

    /// <inheritdoc cref="SendWithDeliveryEvent(ReadOnlySpan{byte},byte,DeliveryMethod,object)"/>
    public void SendWithDeliveryEvent(
        byte[] data, int start, int length, byte channelNumber, DeliveryMethod deliveryMethod, object userData) =>
        SendConfirmed(data.AsSpan(start, length), channelNumber, deliveryMethod, userData);

    /// <summary>Messages of a reliable channel that wait for room in the window.</summary>
    public int GetPacketsCountInReliableQueue(byte channelNumber, bool ordered) => QueuedMessages(channelNumber, ordered);
}
