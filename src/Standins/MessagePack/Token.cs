using System.Buffers.Binary;

namespace MessagePack;

/// <summary>
/// Decodes the head of a token from contiguous bytes. Every method returns the size of the head in bytes,
/// <see cref="CutShort"/> when it is not complete, or <see cref="OtherCode"/> when the first byte means something else.
/// </summary>
internal static class Token
{
    public const int CutShort = 0;
    public const int OtherCode = -1;

    /// <summary>The longest head: a timestamp of 96 bits with its extension header.</summary>
    public const int MaxSize = 15;

    /// <summary>Any integer format. Values above <see cref="long.MaxValue"/> come as their bit pattern, flagged.</summary>
    public static int Integer(ReadOnlySpan<byte> head, out long value, out bool isAboveInt64)
    {
        isAboveInt64 = false;
        value = 0;
        if (head.IsEmpty)
            return CutShort;

        byte code = head[0];
        if (code is <= MessagePackCode.MaxFixInt or >= MessagePackCode.MinNegativeFixInt)
        {
            value = (sbyte)code;
            return 1;
        }

        if (code is < MessagePackCode.UInt8 or > MessagePackCode.Int64)
            return OtherCode;

        int size = 1 + (1 << (code & 3));
        if (head.Length < size)
            return CutShort;

        value = code switch
        {
            MessagePackCode.UInt8 => head[1],
            MessagePackCode.UInt16 => BinaryPrimitives.ReadUInt16BigEndian(head[1..]),
            MessagePackCode.UInt32 => BinaryPrimitives.ReadUInt32BigEndian(head[1..]),
            MessagePackCode.Int8 => (sbyte)head[1],
            MessagePackCode.Int16 => BinaryPrimitives.ReadInt16BigEndian(head[1..]),
            MessagePackCode.Int32 => BinaryPrimitives.ReadInt32BigEndian(head[1..]),
            _ => BinaryPrimitives.ReadInt64BigEndian(head[1..]),
        };
        isAboveInt64 = code == MessagePackCode.UInt64 && value < 0;
        return size;
    }

    /// <summary>Both float formats and every integer.</summary>
    public static int Float(ReadOnlySpan<byte> head, out double value)
    {
        value = 0;
        if (head.IsEmpty)
            return CutShort;

        switch (head[0])
        {
            case MessagePackCode.Float32:
                if (head.Length < 5)
                    return CutShort;
                value = BinaryPrimitives.ReadSingleBigEndian(head[1..]);
                return 5;
            case MessagePackCode.Float64:
                if (head.Length < 9)
                    return CutShort;
                value = BinaryPrimitives.ReadDoubleBigEndian(head[1..]);
                return 9;
            default:
                int size = Integer(head, out long integer, out bool isAboveInt64);
                value = isAboveInt64 ? unchecked((ulong)integer) : integer;
                return size;
        }
    }

    public static int ArrayHeader(ReadOnlySpan<byte> head, out uint count) =>
        Counted(head, MessagePackCode.MinFixArray, 0x0f, MessagePackCode.Array16, out count);

    public static int MapHeader(ReadOnlySpan<byte> head, out uint count) =>
        Counted(head, MessagePackCode.MinFixMap, 0x0f, MessagePackCode.Map16, out count);

    public static int StringHeader(ReadOnlySpan<byte> head, out uint length)
    {
        if (head.IsEmpty || head[0] != MessagePackCode.Str8)
            return Counted(head, MessagePackCode.MinFixStr, 0x1f, MessagePackCode.Str16, out length);

        length = head.Length < 2 ? 0u : head[1];
        return head.Length < 2 ? CutShort : 2;
    }

    /// <summary>Bin, and str as well: the old specification wrote bytes as strings.</summary>
    public static int BytesHeader(ReadOnlySpan<byte> head, out uint length)
    {
        length = 0;
        if (head.IsEmpty)
            return CutShort;

        switch (head[0])
        {
            case MessagePackCode.Bin8 when head.Length >= 2:
                length = head[1];
                return 2;
            case MessagePackCode.Bin16 when head.Length >= 3:
                length = BinaryPrimitives.ReadUInt16BigEndian(head[1..]);
                return 3;
            case MessagePackCode.Bin32 when head.Length >= 5:
                length = BinaryPrimitives.ReadUInt32BigEndian(head[1..]);
                return 5;
            case MessagePackCode.Bin8 or MessagePackCode.Bin16 or MessagePackCode.Bin32:
                return CutShort;
            default:
                return StringHeader(head, out length);
        }
    }

    public static int ExtensionHeader(ReadOnlySpan<byte> head, out ExtensionHeader header)
    {
        header = default;
        if (head.IsEmpty)
            return CutShort;

        byte code = head[0];
        int size = code switch
        {
            >= MessagePackCode.FixExt1 and <= MessagePackCode.FixExt16 => 2,
            MessagePackCode.Ext8 => 3,
            MessagePackCode.Ext16 => 4,
            MessagePackCode.Ext32 => 6,
            _ => OtherCode,
        };
        if (size == OtherCode || head.Length < size)
            return size == OtherCode ? OtherCode : CutShort;

        uint length = size switch
        {
            2 => 1u << (code - MessagePackCode.FixExt1),
            3 => head[1],
            4 => BinaryPrimitives.ReadUInt16BigEndian(head[1..]),
            _ => BinaryPrimitives.ReadUInt32BigEndian(head[1..]),
        };
        header = new ExtensionHeader(unchecked((sbyte)head[size - 1]), length);
        return size;
    }

    /// <summary>A whole timestamp, header and body. A header of another extension type or length is <see cref="OtherCode"/>.</summary>
    public static int DateTime(ReadOnlySpan<byte> head, out DateTime value)
    {
        value = default;
        int size = ExtensionHeader(head, out ExtensionHeader header);
        if (size <= 0)
            return size;
        if (header.TypeCode != ReservedMessagePackExtensionTypeCode.DateTime || header.Length is not (4 or 8 or 12))
            return OtherCode;

        int total = size + (int)header.Length;
        if (head.Length < total)
            return CutShort;
        return Timestamp.TryDecode(head[size..total], out value) ? total : OtherCode;
    }

    /// <summary>A fix form in the first byte, or 16 bits after <paramref name="code16"/>, or 32 after the code that follows it.</summary>
    private static int Counted(ReadOnlySpan<byte> head, byte fixCode, byte fixMask, byte code16, out uint count)
    {
        count = 0;
        if (head.IsEmpty)
            return CutShort;

        byte code = head[0];
        if ((code & ~fixMask) == fixCode)
        {
            count = (uint)(code & fixMask);
            return 1;
        }

        if (code != code16 && code != code16 + 1)
            return OtherCode;

        int size = code == code16 ? 3 : 5;
        if (head.Length < size)
            return CutShort;
        count = code == code16 ? BinaryPrimitives.ReadUInt16BigEndian(head[1..]) : BinaryPrimitives.ReadUInt32BigEndian(head[1..]);
        return size;
    }
}
