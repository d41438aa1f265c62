using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace LiteNetLib.Utils;

/// <summary>
/// Builds a message byte by byte. Numbers are little-endian; a string is a u16 of its UTF-8 bytes plus one, 0 for none;
/// arrays start with a u16 count.
/// </summary>
public partial class NetDataWriter
{
    private const int InitialSize = 64;

    /// <summary>Invalid text throws instead of becoming replacement characters.</summary>
    internal static readonly UTF8Encoding StrictUtf8 = new(false, true);

    private readonly bool _autoResize;

    /// <summary>The bytes; only the first <see cref="Length"/> are meaningful.</summary>
    protected byte[] _data;

    /// <summary>Index of the next byte written.</summary>
    protected int _position;

    /// <summary>A writer that grows.</summary>
    public NetDataWriter()
        : this(true, InitialSize)
    {
    }

    /// <summary>A writer of 64 bytes that grows only if <paramref name="autoResize"/> is set.</summary>
    public NetDataWriter(bool autoResize)
        : this(autoResize, InitialSize)
    {
    }

    /// <summary>A writer of <paramref name="initialSize"/> bytes.</summary>
    public NetDataWriter(bool autoResize, int initialSize)
    {
        _data = new byte[initialSize];
        _autoResize = autoResize;
    }

    /// <summary>Bytes that fit before the buffer has to grow.</summary>
    public int Capacity => _data.Length;

    /// <summary>The buffer itself; it is replaced when it grows.</summary>
    public byte[] Data => _data;

    /// <summary>Bytes written.</summary>
    public int Length => _position;

    /// <summary>A writer that holds <paramref name="bytes"/>: a copy of them, or the array itself.</summary>
    public static NetDataWriter FromBytes(byte[] bytes, bool copy)
    {
        if (copy)
            return FromBytes(bytes, 0, bytes.Length);
        return new NetDataWriter(true, 0) { _data = bytes, _position = bytes.Length };
    }

    /// <summary>A writer that holds a copy of a part of <paramref name="bytes"/>.</summary>
    public static NetDataWriter FromBytes(byte[] bytes, int offset, int length) => FromBytes(bytes.AsSpan(offset, length));

    /// <summary>A writer that holds a copy of <paramref name="bytes"/>.</summary>
    public static NetDataWriter FromBytes(Span<byte> bytes)
    {
        var writer = new NetDataWriter(true, bytes.Length);
        writer.Put((ReadOnlySpan<byte>)bytes);
        return writer;
    }

    /// <summary>A writer that holds one string.</summary>
    public static NetDataWriter FromString(string value)
    {
        var writer = new NetDataWriter();
        writer.Put(value);
        return writer;
    }

    /// <summary>What was written so far; valid until the next write.</summary>
    public ReadOnlySpan<byte> AsReadOnlySpan() => new(_data, 0, _position);

    /// <summary>A copy of what was written so far.</summary>
    public byte[] CopyData() => AsReadOnlySpan().ToArray();

    /// <summary>Starts over, keeping the buffer.</summary>
    public void Reset() => _position = 0;

    /// <summary>Starts over with room for at least <paramref name="size"/> bytes.</summary>
    public void Reset(int size)
    {
        ResizeIfNeed(size);
        _position = 0;
    }

    /// <summary>Moves the write position and returns the previous one.</summary>
    public int SetPosition(int position)
    {
        int previous = _position;
        _position = position;
        return previous;
    }

    /// <summary>Grows the buffer to at least <paramref name="newSize"/> bytes.</summary>
    public void ResizeIfNeed(int newSize)
    {
        if (_data.Length < newSize)
            Array.Resize(ref _data, Math.Max(newSize, _data.Length * 2));
    }

    /// <summary>Makes room for <paramref name="additionalSize"/> more bytes.</summary>
    public void EnsureFit(int additionalSize) => ResizeIfNeed(_position + additionalSize);

    /// <summary>Appends the raw bytes of a span of plain values, without a count.</summary>
    public void PutSpan<T>(Span<T> span)
        where T : unmanaged => Put((ReadOnlySpan<byte>)MemoryMarshal.AsBytes(span));

    /// <summary>Appends the raw bytes of a plain value.</summary>
    public void PutUnmanaged<T>(T value)
        where T : unmanaged => Append(value);

    /// <summary>Appends a byte that says whether there is a value, then the value.</summary>
    public void PutNullableUnmanaged<T>(T? value)
        where T : unmanaged
    {
        Put(value.HasValue);
        if (value.HasValue)
            Append(value.Value);
    }

    /// <summary>Appends the underlying number of an enumeration value, in that number's size.</summary>
    public void PutEnum<T>(T value)
        where T : unmanaged, Enum => Append(value);

    /// <summary>Appends a number.</summary>
    public void Put(float value) => Append(value);

    /// <inheritdoc cref="Put(float)"/>
    public void Put(double value) => Append(value);

    /// <inheritdoc cref="Put(float)"/>
    public void Put(long value) => Append(value);

    /// <inheritdoc cref="Put(float)"/>
    public void Put(ulong value) => Append(value);

    /// <inheritdoc cref="Put(float)"/>
    public void Put(int value) => Append(value);

    /// <inheritdoc cref="Put(float)"/>
    public void Put(uint value) => Append(value);

    /// <inheritdoc cref="Put(float)"/>
    public void Put(short value) => Append(value);

    /// <inheritdoc cref="Put(float)"/>
    public void Put(ushort value) => Append(value);

    /// <inheritdoc cref="Put(float)"/>
    public void Put(sbyte value) => Append(value);

    /// <inheritdoc cref="Put(float)"/>
    public void Put(byte value) => Append(value);

    /// <summary>Appends a UTF-16 code unit.</summary>
    public void Put(char value) => Append(value);

    /// <summary>Appends 1 or 0.</summary>
    public void Put(bool value) => Append((byte)(value ? 1 : 0));

    /// <summary>Appends the 16 bytes of <see cref="Guid.ToByteArray()"/>.</summary>
    public void Put(Guid value) => Append(value);

    /// <summary>Appends bytes without a count.</summary>
    public void Put(byte[] data) => Put((ReadOnlySpan<byte>)data);

    /// <inheritdoc cref="Put(byte[])"/>
    public void Put(byte[] data, int offset, int length) => Put(new ReadOnlySpan<byte>(data, offset, length));

    /// <inheritdoc cref="Put(byte[])"/>
    public void Put(ReadOnlySpan<byte> data)
    {
        data.CopyTo(Reserve(data.Length));
    }

    /// <summary>Appends a family byte (0 is IPv4), the address in network order and the port as u16.</summary>
    public void Put(IPEndPoint endPoint)
    {
        bool isIPv4 = endPoint.AddressFamily == AddressFamily.InterNetwork;
        if (!isIPv4 && endPoint.AddressFamily != AddressFamily.InterNetworkV6)
            throw new ArgumentException("Only IPv4 and IPv6 endpoints can be written.", nameof(endPoint));
        Put((byte)(isIPv4 ? 0 : 1));
        endPoint.Address.TryWriteBytes(Reserve(isIPv4 ? 4 : 16), out _);
        Put((ushort)endPoint.Port);
    }

    /// <summary>Appends an object that serializes itself.</summary>
    public void Put<T>(T obj)
        where T : INetSerializable => obj.Serialize(this);

    private Span<byte> Reserve(int size)
    {
        if (_autoResize)
            EnsureFit(size);
        var target = _data.AsSpan(_position, size);
        _position += size;
        return target;
    }

    private void Append<T>(T value)
        where T : unmanaged => MemoryMarshal.Write(Reserve(System.Runtime.CompilerServices.Unsafe.SizeOf<T>()), in value);
}
