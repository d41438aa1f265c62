using System.Buffers;
using LiteNetLib.Utils;
using LiteNetLib.Wire;

namespace LiteNetLib;

/// <summary>
/// Reads a received message. Its memory is pooled: with <see cref="LiteNetManager.AutoRecycle"/> it is valid inside the callback
/// only, otherwise until <see cref="Recycle"/>, which may be forgotten at the price of garbage.
/// </summary>
public sealed class NetPacketReader : NetDataReader
{
    private readonly LiteNetManager _manager;
    private readonly NetEvent _event;
    private NetPacket _packet;
    private byte[] _rented;
    private int _isHeld;

    internal NetPacketReader(LiteNetManager manager, NetEvent netEvent)
    {
        _manager = manager;
        _event = netEvent;
    }

    /// <summary>Gives the memory back. Does nothing with <see cref="LiteNetManager.AutoRecycle"/>, or a second time.</summary>
    public void Recycle()
    {
        if (!_manager.AutoRecycle)
            Release();
    }

    /// <summary>Takes over a pooled packet whose message starts at <paramref name="offset"/>.</summary>
    internal void Hold(NetPacket packet, int offset)
    {
        _packet = packet;
        Hold(packet.Data, offset, packet.Size);
    }

    /// <summary>Reads memory that is not pooled.</summary>
    internal void Hold(byte[] data, int start, int end)
    {
        SetSource(data, start, end);
        _isHeld = 1;
    }

    /// <summary>Takes over an array rented from the shared pool.</summary>
    internal void HoldRented(byte[] data, int end)
    {
        _rented = data;
        Hold(data, 0, end);
    }

    internal void Release()
    {
        if (Interlocked.Exchange(ref _isHeld, 0) == 0)
            return;
        Clear();
        if (_packet != null)
            _manager.ReturnPacket(_packet);
        _packet = null;
        if (_rented != null)
            ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
        if (_event != null)
            _manager.ReturnEvent(_event);
    }
}
