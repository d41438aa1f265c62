using System.Buffers;

namespace LiteNetLib.Channels;

/// <summary>
/// One fragmented message on its way in. All parts but the last have one size, so each is copied to its place at once; the buffer
/// grows with what has arrived, not with what a header claims. Belongs to the receiving thread.
/// </summary>
internal sealed class Reassembly(byte channelId, int parts)
{
    private readonly ulong[] _arrived = new ulong[(parts + 63) / 64];
    private byte[] _data = [];
    private byte[] _last;
    private int _chunk;
    private int _count;

    public byte ChannelId { get; } = channelId;

    public int Parts { get; } = parts;

    public int Capacity => _data.Length + (_last?.Length ?? 0);

    public bool IsComplete => _count == Parts;

    /// <summary>Stores a part. Duplicates and parts that do not fit the others are ignored.</summary>
    public void Add(int part, ReadOnlySpan<byte> bytes)
    {
        ulong bit = 1UL << (part % 64);
        bool isLast = part == Parts - 1;

        // A sender has 64 packets in flight: what is further ahead than that does not come from a working one.
        bool isTooFar = part > _count + NetConstants.DefaultWindowSize;
        if (isTooFar || (_arrived[part / 64] & bit) != 0 || !HasFittingSize(isLast, bytes.Length))
            return;
        if (isLast && Parts > 1)
        {
            _last = bytes.ToArray();
        }
        else
        {
            _chunk = bytes.Length;
            Reserve((part + 1) * _chunk);
            bytes.CopyTo(_data.AsSpan(part * _chunk));
        }

        _arrived[part / 64] |= bit;
        _count++;
    }

    /// <summary>The whole message. The array is rented from the shared pool, and may be longer.</summary>
    public byte[] Finish(out int length)
    {
        length = (Math.Max(0, Parts - 1) * _chunk) + (_last?.Length ?? _chunk);
        Grow(length);
        _last?.CopyTo(_data.AsSpan(length - _last.Length));
        return _data;
    }

    private bool HasFittingSize(bool isLast, int length) =>
        isLast ? _chunk == 0 || length <= _chunk : length > 0 && (_chunk == 0 || _chunk == length) && (_last?.Length ?? 0) <= length;

    private void Reserve(int size)
    {
        if (_data.Length >= size)
            return;
        int whole = Parts * _chunk;
        int firstWindow = Math.Min(whole, NetConstants.DefaultWindowSize * _chunk);
        Grow(Math.Min(whole, Math.Max(Math.Max(size, firstWindow), _data.Length * 2)));
    }

    private void Grow(int size)
    {
        if (_data.Length >= size)
            return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(size);
        _data.CopyTo(larger, 0);
        if (_data.Length > 0)
            ArrayPool<byte>.Shared.Return(_data);
        _data = larger;
    }
}
