using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace MessagePack;

/// <summary>
/// Writes MessagePack tokens into an <see cref="IBufferWriter{T}"/>, each in its shortest form, multi-byte values big-endian.
/// What was written belongs to the buffer writer only after <see cref="Flush"/>. Nothing checks that the counts of headers are honoured.
/// </summary>
public ref partial struct MessagePackWriter
{
    private readonly IBufferWriter<byte> _output;
    private Span<byte> _span;
    private int _buffered;

    /// <exception cref="ArgumentNullException"><paramref name="writer"/> is null.</exception>
    public MessagePackWriter(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _output = writer;
    }

    /// <summary>Carried for the caller; the writer itself never looks at it.</summary>
    public CancellationToken CancellationToken { readonly get; set; }

    /// <summary>Writes what readers from before 2013 understand: no bin, no 8-bit string lengths, no timestamps.</summary>
    public bool OldSpec { readonly get; set; }

    /// <summary>A writer with the same settings into another buffer. This one is not flushed by it.</summary>
    public readonly MessagePackWriter Clone(IBufferWriter<byte> writer) =>
        new(writer) { CancellationToken = CancellationToken, OldSpec = OldSpec };

    /// <summary>Hands everything written so far to the buffer writer.</summary>
    public void Flush()
    {
        if (_buffered > 0)
            _output.Advance(_buffered);
        _buffered = 0;
        _span = default;
    }

    /// <summary>Room for at least <paramref name="length"/> bytes; <see cref="Advance"/> says how many of them were used.</summary>
    public Span<byte> GetSpan(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (_span.Length - _buffered < length)
            Renew(length);
        return _span[_buffered..];
    }

    /// <summary>Commits bytes that were put into what <see cref="GetSpan"/> returned.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than the span held.</exception>
    public void Advance(int length)
    {
        if ((uint)length > (uint)(_span.Length - _buffered))
            throw new ArgumentOutOfRangeException(nameof(length));
        _buffered += length;
    }

    public void WriteRaw(scoped ReadOnlySpan<byte> rawMessagePackBlock)
    {
        if (rawMessagePackBlock.Length <= _span.Length - _buffered)
        {
            rawMessagePackBlock.CopyTo(_span[_buffered..]);
            _buffered += rawMessagePackBlock.Length;
            return;
        }

        Flush();
        _output.Write(rawMessagePackBlock);
    }

    public void WriteRaw(in ReadOnlySequence<byte> rawMessagePackBlock)
    {
        foreach (ReadOnlyMemory<byte> segment in rawMessagePackBlock)
            WriteRaw(segment.Span);
    }

    public void WriteNil() => WriteCode(MessagePackCode.Nil);

    public void Write(bool value) => WriteCode(value ? MessagePackCode.True : MessagePackCode.False);

    public void Write(byte value) => Write((ulong)value);

    public void Write(ushort value) => Write((ulong)value);

    public void Write(uint value) => Write((ulong)value);

    public void Write(char value) => Write((ulong)value);

    public void Write(sbyte value) => Write((long)value);

    public void Write(short value) => Write((long)value);

    public void Write(int value) => Write((long)value);

    public void Write(ulong value)
    {
        if (value <= MessagePackRange.MaxFixPositiveInt)
            WriteCode((byte)value);
        else if (value <= byte.MaxValue)
            WriteUInt8((byte)value);
        else if (value <= ushort.MaxValue)
            WriteUInt16((ushort)value);
        else if (value <= uint.MaxValue)
            WriteUInt32((uint)value);
        else
            WriteUInt64(value);
    }

    public void Write(long value)
    {
        if (value >= 0)
            Write((ulong)value);
        else if (value >= MessagePackRange.MinFixNegativeInt)
            WriteCode(unchecked((byte)value));
        else if (value >= sbyte.MinValue)
            WriteInt8((sbyte)value);
        else if (value >= short.MinValue)
            WriteInt16((short)value);
        else if (value >= int.MinValue)
            WriteInt32((int)value);
        else
            WriteInt64(value);
    }

    public void WriteUInt8(byte value)
    {
        Span<byte> span = Begin(2, MessagePackCode.UInt8);
        span[1] = value;
    }

    public void WriteUInt16(ushort value) => WriteCode16(MessagePackCode.UInt16, value);

    public void WriteUInt32(uint value) => WriteCode32(MessagePackCode.UInt32, value);

    public void WriteUInt64(ulong value) => WriteCode64(MessagePackCode.UInt64, value);

    public void WriteInt8(sbyte value)
    {
        Span<byte> span = Begin(2, MessagePackCode.Int8);
        span[1] = unchecked((byte)value);
    }

    public void WriteInt16(short value) => WriteCode16(MessagePackCode.Int16, unchecked((ushort)value));

    public void WriteInt32(int value) => WriteCode32(MessagePackCode.Int32, unchecked((uint)value));

    public void WriteInt64(long value) => WriteCode64(MessagePackCode.Int64, unchecked((ulong)value));

    public void Write(float value) => WriteCode32(MessagePackCode.Float32, BitConverter.SingleToUInt32Bits(value));

    public void Write(double value) => WriteCode64(MessagePackCode.Float64, BitConverter.DoubleToUInt64Bits(value));

    /// <exception cref="OverflowException"><paramref name="count"/> is negative.</exception>
    public void WriteArrayHeader(int count) => WriteArrayHeader(checked((uint)count));

    public void WriteArrayHeader(uint count)
    {
        if (count <= MessagePackRange.MaxFixArrayCount)
            WriteCode((byte)(MessagePackCode.MinFixArray | count));
        else if (count <= ushort.MaxValue)
            WriteCode16(MessagePackCode.Array16, (ushort)count);
        else
            WriteCode32(MessagePackCode.Array32, count);
    }

    /// <param name="count">Number of pairs.</param>
    /// <exception cref="OverflowException"><paramref name="count"/> is negative.</exception>
    public void WriteMapHeader(int count) => WriteMapHeader(checked((uint)count));

    /// <param name="count">Number of pairs.</param>
    public void WriteMapHeader(uint count)
    {
        if (count <= MessagePackRange.MaxFixMapCount)
            WriteCode((byte)(MessagePackCode.MinFixMap | count));
        else if (count <= ushort.MaxValue)
            WriteCode16(MessagePackCode.Map16, (ushort)count);
        else
            WriteCode32(MessagePackCode.Map32, count);
    }

    /// <summary>Bytes that <see cref="Write(long)"/> takes for the value: 1, 2, 3, 5 or 9.</summary>
    public static int GetEncodedLength(long value) => value switch
    {
        >= 0 => GetEncodedLength((ulong)value),
        >= MessagePackRange.MinFixNegativeInt => 1,
        >= sbyte.MinValue => 2,
        >= short.MinValue => 3,
        >= int.MinValue => 5,
        _ => 9,
    };

    /// <summary>Bytes that <see cref="Write(ulong)"/> takes for the value: 1, 2, 3, 5 or 9.</summary>
    public static int GetEncodedLength(ulong value) => value switch
    {
        <= MessagePackRange.MaxFixPositiveInt => 1,
        <= byte.MaxValue => 2,
        <= ushort.MaxValue => 3,
        <= uint.MaxValue => 5,
        _ => 9,
    };

    private void WriteCode(byte code) => Begin(1, code);

    private void WriteCode16(byte code, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Begin(3, code)[1..], value);

    private void WriteCode32(byte code, uint value) => BinaryPrimitives.WriteUInt32BigEndian(Begin(5, code)[1..], value);

    private void WriteCode64(byte code, ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Begin(9, code)[1..], value);

    /// <summary>Commits <paramref name="size"/> bytes: first <paramref name="code"/>, the others for the caller to fill.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Begin(int size, byte code)
    {
        if (_span.Length - _buffered < size)
            Renew(size);
        Span<byte> token = _span.Slice(_buffered, size);
        token[0] = code;
        _buffered += size;
        return token;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Renew(int length)
    {
        Flush();
        _span = _output.GetSpan(length);
    }
}
