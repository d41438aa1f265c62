using System.Buffers;
using System.Text;

namespace MessagePack;

/// <summary>
/// One method per type. All throw <see cref="EndOfStreamException"/> when the input is cut short, <see cref="MessagePackSerializationException"/>
/// for a code of another type and <see cref="OverflowException"/> when an integer or a count does not fit.
/// </summary>
public ref partial struct MessagePackReader
{
    public Nil ReadNil()
    {
        ReadCode(MessagePackCode.Nil, MessagePackCode.Nil);
        return Nil.Default;
    }

    /// <summary>Consumes a nil if one is next.</summary>
    public bool TryReadNil()
    {
        if (NextCode != MessagePackCode.Nil)
            return false;
        Advance(1);
        return true;
    }

    public bool ReadBoolean() => ReadCode(MessagePackCode.False, MessagePackCode.True) == MessagePackCode.True;

    public byte ReadByte() => (byte)ReadInteger(byte.MinValue, byte.MaxValue);

    public ushort ReadUInt16() => (ushort)ReadInteger(ushort.MinValue, ushort.MaxValue);

    public uint ReadUInt32() => (uint)ReadInteger(uint.MinValue, uint.MaxValue);

    public ulong ReadUInt64()
    {
        int size = Token.Integer(Head(), out long value, out bool isAboveInt64);
        if (value < 0 && !isAboveInt64)
            throw DoesNotFit(value);
        Take(size);
        return unchecked((ulong)value);
    }

    public sbyte ReadSByte() => (sbyte)ReadInteger(sbyte.MinValue, sbyte.MaxValue);

    public short ReadInt16() => (short)ReadInteger(short.MinValue, short.MaxValue);

    public int ReadInt32() => (int)ReadInteger(int.MinValue, int.MaxValue);

    public long ReadInt64() => ReadInteger(long.MinValue, long.MaxValue);

    public char ReadChar() => (char)ReadInteger(char.MinValue, char.MaxValue);

    /// <summary>Any float or integer. A double that is too large becomes an infinity.</summary>
    public float ReadSingle()
    {
        ReadOnlySpan<byte> head = Head();
        if (!head.IsEmpty && head[0] is MessagePackCode.Float32 or MessagePackCode.Float64)
            return (float)ReadDouble();

        Take(Token.Integer(head, out long value, out bool isAboveInt64));
        return isAboveInt64 ? unchecked((ulong)value) : value;
    }

    /// <summary>Any float or integer.</summary>
    public double ReadDouble()
    {
        Take(Token.Float(Head(), out double value));
        return value;
    }

    /// <summary>The number of elements. At least that many bytes follow, so an array of that length may be allocated.</summary>
    public int ReadArrayHeader()
    {
        if (!TryReadArrayHeader(out int count) || count > Remaining)
            throw CutShort();
        return count;
    }

    /// <summary>False, and nothing consumed, when the header itself is cut short. What follows it is not looked at.</summary>
    public bool TryReadArrayHeader(out int count)
    {
        int size = Token.ArrayHeader(Head(), out uint elements);
        count = size == Token.CutShort ? 0 : TakeCount(size, elements);
        return size != Token.CutShort;
    }

    /// <summary>The number of pairs. At least twice that many bytes follow, so a table of that size may be allocated.</summary>
    public int ReadMapHeader()
    {
        if (!TryReadMapHeader(out int count) || 2L * count > Remaining)
            throw CutShort();
        return count;
    }

    /// <summary>False, and nothing consumed, when the header itself is cut short. What follows it is not looked at.</summary>
    public bool TryReadMapHeader(out int count)
    {
        int size = Token.MapHeader(Head(), out uint pairs);
        count = size == Token.CutShort ? 0 : TakeCount(size, pairs);
        return size != Token.CutShort;
    }

    /// <summary>Text, or null for nil. Invalid UTF-8 becomes U+FFFD.</summary>
    public string? ReadString()
    {
        if (TryReadNil())
            return null;

        Take(Token.StringHeader(Head(), out uint length));
        if (length <= (uint)(_span.Length - _index))
        {
            string text = Encoding.UTF8.GetString(_span.Slice(_index, (int)length));
            Advance(length);
            return text;
        }

        ReadOnlySequence<byte> utf8 = ReadBody(length);
        return Encoding.UTF8.GetString(utf8);
    }

    /// <summary>The bytes of a text, unchecked, as a slice of the input; null for nil.</summary>
    public ReadOnlySequence<byte>? ReadStringSequence()
    {
        if (TryReadNil())
            return null;
        Take(Token.StringHeader(Head(), out uint length));
        return ReadBody(length);
    }

    /// <summary>
    /// The bytes of a text, unchecked. False, and nothing consumed, for nil and for a text that does not lie in one segment as a whole.
    /// </summary>
    public bool TryReadStringSpan(out ReadOnlySpan<byte> span)
    {
        span = default;
        if (IsNil)
            return false;

        int size = Token.StringHeader(Head(), out uint length);
        if (size > 0 && size + (long)length > _span.Length - _index)
            return false;

        ReadOnlySpan<byte> body = size > 0 ? _span.Slice(_index + size, (int)length) : default;
        Take(size);
        Advance(length);
        span = body;
        return true;
    }

    /// <summary>The bytes of a bin or str value, as a slice of the input; null for nil.</summary>
    public ReadOnlySequence<byte>? ReadBytes()
    {
        if (TryReadNil())
            return null;
        Take(Token.BytesHeader(Head(), out uint length));
        return ReadBody(length);
    }

    /// <summary>A whole extension value; its data is a slice of the input.</summary>
    public ExtensionResult ReadExtensionFormat()
    {
        ExtensionHeader header = ReadExtensionFormatHeader();
        return new ExtensionResult(header.TypeCode, ReadBody(header.Length));
    }

    /// <summary>Type and length of an extension value. At least that many bytes follow.</summary>
    public ExtensionHeader ReadExtensionFormatHeader()
    {
        if (!TryReadExtensionFormatHeader(out ExtensionHeader header) || header.Length > Remaining)
            throw CutShort();
        return header;
    }

    /// <summary>False, and nothing consumed, when the header itself is cut short. What follows it is not looked at.</summary>
    public bool TryReadExtensionFormatHeader(out ExtensionHeader extensionHeader)
    {
        int size = Token.ExtensionHeader(Head(), out extensionHeader);
        if (size == Token.CutShort)
            return false;
        Take(size);
        return true;
    }

    /// <summary>A timestamp in UTC. What is finer than 100 ns is cut off; what <see cref="DateTime"/> cannot hold is refused.</summary>
    public DateTime ReadDateTime()
    {
        Take(Token.DateTime(Head(), out DateTime value));
        return value;
    }

    /// <summary>The body of a timestamp whose header was read already.</summary>
    public DateTime ReadDateTime(ExtensionHeader header)
    {
        if (header.TypeCode != ReservedMessagePackExtensionTypeCode.DateTime || header.Length is not (4 or 8 or 12))
            throw new MessagePackSerializationException($"Extension type {header.TypeCode} of {header.Length} bytes is not a timestamp.");

        ReadOnlySpan<byte> head = Head();
        if (head.Length < header.Length)
            throw CutShort();
        if (!Timestamp.TryDecode(head[..(int)header.Length], out DateTime value))
            throw new MessagePackSerializationException("The timestamp is outside the years 1 to 9999.");
        Advance(header.Length);
        return value;
    }

    private byte ReadCode(byte first, byte last)
    {
        byte code = NextCode;
        MessagePackSerializationException? refused = code < first || code > last ? OtherCode() : null;
        Advance(1);
        return refused is null ? code : throw refused;
    }

    private long ReadInteger(long min, long max)
    {
        int size = Token.Integer(Head(), out long value, out bool isAboveInt64);
        if (size > 0 && (isAboveInt64 || value < min || value > max))
            throw DoesNotFit(isAboveInt64 ? unchecked((ulong)value) : value);
        Take(size);
        return value;
    }

    private ReadOnlySequence<byte> ReadBody(uint length)
    {
        if (length > Remaining)
            throw CutShort();
        ReadOnlySequence<byte> body = _sequence.Slice(Position, length);
        Advance(length);
        return body;
    }

    private static OverflowException DoesNotFit(Int128 value) => new($"The integer {value} does not fit the type that was asked for.");
}
