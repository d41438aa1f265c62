using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LiteNetLib.Utils;

/// <summary>
/// Reads what <see cref="NetDataWriter"/> wrote. Get and Peek throw <see cref="InvalidOperationException"/> when too little
/// data is left; TryGet answers false instead. Invalid UTF-8 throws <see cref="System.Text.DecoderFallbackException"/>.
/// </summary>
public partial class NetDataReader
{
    /// <summary>The array that is read; null before a source was set.</summary>
    protected byte[] _data;

    /// <summary>Index of the next byte read.</summary>
    protected int _position;

    /// <summary>Index just behind the last readable byte.</summary>
    protected int _dataSize;

    /// <summary>Index of the first readable byte.</summary>
    protected int _offset;

    /// <summary>A reader without a source.</summary>
    public NetDataReader()
    {
    }

    /// <summary>A reader over what a writer holds now.</summary>
    public NetDataReader(NetDataWriter writer) => SetSource(writer);

    /// <summary>A reader over a whole array.</summary>
    public NetDataReader(byte[] source) => SetSource(source);

    /// <summary>A reader from <paramref name="offset"/> up to the index <paramref name="maxSize"/>.</summary>
    public NetDataReader(byte[] source, int offset, int maxSize) => SetSource(source, offset, maxSize);

    /// <summary>The array that is read, from its very beginning.</summary>
    public byte[] RawData => _data;

    /// <summary>Index just behind the last readable byte of <see cref="RawData"/>.</summary>
    public int RawDataSize => _dataSize;

    /// <summary>Index of the first readable byte of <see cref="RawData"/>.</summary>
    public int UserDataOffset => _offset;

    /// <summary>Readable bytes, read or not.</summary>
    public int UserDataSize => _dataSize - _offset;

    /// <summary>Whether there is no source.</summary>
    public bool IsNull => _data == null;

    /// <summary>Index in <see cref="RawData"/> of the next byte read.</summary>
    public int Position => _position;

    /// <summary>Whether everything has been read.</summary>
    public bool EndOfData => _position == _dataSize;

    /// <summary>Bytes not read yet.</summary>
    public int AvailableBytes => _dataSize - _position;

    /// <summary>Skips bytes.</summary>
    public void SkipBytes(int count)
    {
        Require(count);
        _position += count;
    }

    /// <summary>Moves the read position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position is outside the data.</exception>
    public void SetPosition(int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, _dataSize);
        _position = position;
    }

    /// <summary>Reads what a writer holds now.</summary>
    public void SetSource(NetDataWriter dataWriter) => SetSource(dataWriter.Data, 0, dataWriter.Length);

    /// <summary>Reads a whole array.</summary>
    public void SetSource(byte[] source) => SetSource(source, 0, source?.Length ?? 0);

    /// <summary>Reads from <paramref name="offset"/> up to the index <paramref name="maxSize"/> (an end index, not a count).</summary>
    public void SetSource(byte[] source, int offset, int maxSize)
    {
        _data = source;
        _position = offset;
        _offset = offset;
        _dataSize = maxSize;
    }

    /// <summary>Forgets the source.</summary>
    public void Clear() => SetSource(null, 0, 0);

    /// <summary>Reads a number.</summary>
    public byte GetByte() => Read<byte>();

    /// <inheritdoc cref="GetByte"/>
    public sbyte GetSByte() => Read<sbyte>();

    /// <summary>Reads a byte; anything but 0 is true.</summary>
    public bool GetBool() => Read<byte>() != 0;

    /// <summary>Reads a UTF-16 code unit.</summary>
    public char GetChar() => Read<char>();

    /// <inheritdoc cref="GetByte"/>
    public ushort GetUShort() => Read<ushort>();

    /// <inheritdoc cref="GetByte"/>
    public short GetShort() => Read<short>();

    /// <inheritdoc cref="GetByte"/>
    public long GetLong() => Read<long>();

    /// <inheritdoc cref="GetByte"/>
    public ulong GetULong() => Read<ulong>();

    /// <inheritdoc cref="GetByte"/>
    public int GetInt() => Read<int>();

    /// <inheritdoc cref="GetByte"/>
    public uint GetUInt() => Read<uint>();

    /// <inheritdoc cref="GetByte"/>
    public float GetFloat() => Read<float>();

    /// <inheritdoc cref="GetByte"/>
    public double GetDouble() => Read<double>();

    /// <summary>Reads 16 bytes as <see cref="Guid(byte[])"/> takes them.</summary>
    public Guid GetGuid() => Read<Guid>();

    /// <summary>Reads the raw bytes of a plain value.</summary>
    public T GetUnmanaged<T>()
        where T : unmanaged => Read<T>();

    /// <summary>Reads a byte that says whether a value follows, and the value.</summary>
    public T? GetNullableUnmanaged<T>()
        where T : unmanaged => GetBool() ? Read<T>() : null;

    /// <summary>Reads an enumeration value by its underlying number.</summary>
    public T GetEnum<T>()
        where T : unmanaged, Enum => Read<T>();

    /// <summary>Reads a family byte, an address and a port.</summary>
    public IPEndPoint GetIPEndPoint()
    {
        var address = new IPAddress(Take(GetByte() == 0 ? 4 : 16));
        return new IPEndPoint(address, GetUShort());
    }

    /// <summary>Reads an object that deserializes itself.</summary>
    public T Get<T>()
        where T : struct, INetSerializable
    {
        var result = default(T);
        result.Deserialize(this);
        return result;
    }

    /// <summary>Reads an object made by <paramref name="constructor"/>.</summary>
    public T Get<T>(Func<T> constructor)
        where T : class, INetSerializable
    {
        var result = constructor();
        result.Deserialize(this);
        return result;
    }

    private T Read<T>()
        where T : unmanaged
    {
        var value = Peek<T>();
        _position += Unsafe.SizeOf<T>();
        return value;
    }

    private T Peek<T>()
        where T : unmanaged
    {
        Require(Unsafe.SizeOf<T>());
        return MemoryMarshal.Read<T>(_data.AsSpan(_position));
    }

    private bool TryRead<T>(out T result)
        where T : unmanaged
    {
        bool fits = AvailableBytes >= Unsafe.SizeOf<T>();
        result = fits ? Read<T>() : default;
        return fits;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        Require(count);
        var taken = new ReadOnlySpan<byte>(_data, _position, count);
        _position += count;
        return taken;
    }

    private void Require(int count)
    {
        if (count < 0 || AvailableBytes < count)
            ThrowTooShort(count);
    }

    private void ThrowTooShort(int count) =>
        throw new InvalidOperationException($"{count} bytes were asked for, {AvailableBytes} are left.");
}
