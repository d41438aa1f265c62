using System.Text;
using System.Text.Unicode;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>
/// A <see cref="MessagePackReader"/> that is handed only what it can read: every token is looked at first, and the first thing wrong is
/// kept as the <see cref="Rejection"/>. After it every read yields nothing, so that a decoder reads its fields in one go and asks
/// once at the end. Never throws; byte strings are slices of the input.
/// </summary>
internal ref struct WireReader
{
    private readonly ReadOnlyMemory<byte> _input;
    private readonly ReadOnlySpan<byte> _bytes;
    private MessagePackReader _reader;

    public WireReader(ReadOnlyMemory<byte> input)
    {
        _input = input;
        _bytes = input.Span;
        _reader = new MessagePackReader(input);
    }

    /// <summary>The first thing wrong.</summary>
    public Rejection Rejection { get; private set; }

    public readonly bool IsOk => Rejection == Rejection.None;

    public readonly bool IsAtEnd => At >= _bytes.Length;

    /// <summary>Bytes read so far.</summary>
    public int At { get; private set; }

    private readonly int Left => _bytes.Length - At;

    /// <summary>Records what is wrong, unless something was wrong already.</summary>
    public void Reject(Rejection rejection)
    {
        if (IsOk) Rejection = rejection;
    }

    /// <summary>Records <paramref name="rejection"/> unless the condition holds.</summary>
    public void Require(bool condition, Rejection rejection)
    {
        if (!condition) Reject(rejection);
    }

    /// <summary>To be asked after the last field: whether all was well and nothing follows.</summary>
    public bool Finish(out Rejection rejection)
    {
        Require(IsAtEnd, Rejection.TrailingBytes);
        rejection = Rejection;
        return IsOk;
    }

    /// <summary>An array of exactly this many elements.</summary>
    public void Array(int count) => Require(AnyArray(int.MaxValue) == count, Rejection.WrongShape);

    /// <summary>The length of an array of at most so many elements; 0 after a rejection.</summary>
    public int AnyArray(int max)
    {
        if (!TryPeek(out var code)) return 0;
        var width = code switch
        {
            >= MessagePackCode.MinFixArray and <= MessagePackCode.MaxFixArray => 0,
            MessagePackCode.Array16 => 2,
            MessagePackCode.Array32 => 4,
            _ => -1,
        };
        if (!TryMeasure(width, code & 0xF, out var count, shortest: value => value <= 15 ? 0 : value <= ushort.MaxValue ? 2 : 4)) return 0;
        Require(count <= (ulong)max, Rejection.TooMany);
        Require(count <= (ulong)(Left - 1 - width), Rejection.Truncated);
        return IsOk ? Advance(_reader.ReadArrayHeader()) : 0;
    }

    /// <summary>Whether a nil comes next; consumed if so.</summary>
    public bool Nil() => IsOk && Left > 0 && Advance(_reader.TryReadNil());

    public bool Boolean()
    {
        if (!TryPeek(out var code)) return false;
        Require(code is MessagePackCode.True or MessagePackCode.False, Rejection.WrongShape);
        return IsOk && Advance(_reader.ReadBoolean());
    }

    /// <summary>An integer of at least 0: the protocol has no others.</summary>
    public ulong Unsigned(ulong max = ulong.MaxValue)
    {
        if (!TryPeek(out var code)) return 0;
        if (code is >= MessagePackCode.MinNegativeFixInt or (>= MessagePackCode.Int8 and <= MessagePackCode.Int64))
            Reject(Rejection.OutOfRange);
        var width = code switch
        {
            <= MessagePackCode.MaxFixInt => 0,
            MessagePackCode.UInt8 => 1,
            MessagePackCode.UInt16 => 2,
            MessagePackCode.UInt32 => 4,
            MessagePackCode.UInt64 => 8,
            _ => -1,
        };
        if (!TryMeasure(width, code, out var value, shortest: value => value <= 0x7F ? 0 : MessagePackWriter.GetEncodedLength(value) - 1))
            return 0;
        Require(value <= max, Rejection.OutOfRange);
        return IsOk ? Advance(_reader.ReadUInt64()) : 0;
    }

    public long Long(long min, long max)
    {
        var value = (long)Unsigned((ulong)max);
        Require(value >= min, Rejection.OutOfRange);
        return IsOk ? value : 0;
    }

    public int Int(int min, int max) => (int)Long(min, max);

    /// <summary>A byte string of exactly this length.</summary>
    public ReadOnlyMemory<byte> Bytes(int length)
    {
        var bytes = Bytes(0, int.MaxValue);
        Require(bytes.Length == length, Rejection.WrongShape);
        return IsOk ? bytes : default;
    }

    /// <summary>A byte string with bounds on its length.</summary>
    public ReadOnlyMemory<byte> Bytes(int min, int max)
    {
        if (!TryPeek(out var code)) return default;
        var width = code switch
        {
            MessagePackCode.Bin8 => 1,
            MessagePackCode.Bin16 => 2,
            MessagePackCode.Bin32 => 4,
            _ => -1,
        };
        return Block(width, 0, min, max, value => value <= byte.MaxValue ? 1 : value <= ushort.MaxValue ? 2 : 4);
    }

    /// <summary>Text of at most so many bytes of well-formed UTF-8; empty after a rejection.</summary>
    public string Text(int maxBytes)
    {
        if (!TryPeek(out var code)) return "";
        var width = code switch
        {
            >= MessagePackCode.MinFixStr and <= MessagePackCode.MaxFixStr => 0,
            MessagePackCode.Str8 => 1,
            MessagePackCode.Str16 => 2,
            MessagePackCode.Str32 => 4,
            _ => -1,
        };
        var utf8 = Block(
            width, code & 0x1F, 0, maxBytes, value => value <= 31 ? 0 : value <= byte.MaxValue ? 1 : value <= ushort.MaxValue ? 2 : 4);
        Require(Utf8.IsValid(utf8.Span), Rejection.BadText);
        return IsOk ? Encoding.UTF8.GetString(utf8.Span) : "";
    }

    public UInt128 Number128() => Bytes(16) is { Length: 16 } bytes ? PeerId.Read(bytes.Span).Value : default;

    public PeerId Peer() => new(Number128());

    public RoomId Room() => new(Number128());

    public EntryHash Hash() => Bytes(EntryHash.Size) is { Length: EntryHash.Size } bytes ? EntryHash.Read(bytes.Span) : default;

    /// <summary>The first 8 bytes of a hash.</summary>
    public ulong ShortHash() =>
        Bytes(8) is { Length: 8 } bytes ? System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes.Span) : default;

    /// <summary>Steps over elements of any shape, nested at will: what is still to come is counted, not remembered.</summary>
    public void Skip(int count)
    {
        for (long pending = count; pending > 0 && IsOk; pending--) pending += SkipToken();
    }

    /// <summary>Keeps up with the reader after it took something.</summary>
    private T Advance<T>(T taken)
    {
        At = (int)_reader.Consumed;
        return taken;
    }

    private bool TryPeek(out byte code)
    {
        code = 0;
        Require(Left > 0, Rejection.Truncated);
        if (IsOk) code = _bytes[At];
        return IsOk;
    }

    /// <summary>Steps over a code and what belongs to it alone; returns how many elements are nested in it.</summary>
    private long SkipToken()
    {
        if (!TryPeek(out var code)) return 0;
        var (width, length, elements) = code switch
        {
            <= MessagePackCode.MaxFixInt or >= MessagePackCode.MinNegativeFixInt => (0, 0L, 0L),
            <= MessagePackCode.MaxFixMap => (0, 0, 2 * (code & 0xF)),
            <= MessagePackCode.MaxFixArray => (0, 0, code & 0xF),
            <= MessagePackCode.MaxFixStr => (0, code & 0x1F, 0),
            MessagePackCode.Nil or MessagePackCode.False or MessagePackCode.True => (0, 0, 0),
            >= MessagePackCode.Bin8 and <= MessagePackCode.Bin32 => (1 << (code - MessagePackCode.Bin8), -1, 0),
            >= MessagePackCode.Ext8 and <= MessagePackCode.Ext32 => (1 << (code - MessagePackCode.Ext8), -2, 0),
            MessagePackCode.Float32 => (0, 4, 0),
            MessagePackCode.Float64 => (0, 8, 0),
            >= MessagePackCode.UInt8 and <= MessagePackCode.UInt64 => (0, 1 << (code - MessagePackCode.UInt8), 0),
            >= MessagePackCode.Int8 and <= MessagePackCode.Int64 => (0, 1 << (code - MessagePackCode.Int8), 0),
            >= MessagePackCode.FixExt1 and <= MessagePackCode.FixExt16 => (0, 1 + (1 << (code - MessagePackCode.FixExt1)), 0),
            >= MessagePackCode.Str8 and <= MessagePackCode.Str32 => (1 << (code - MessagePackCode.Str8), -1, 0),
            MessagePackCode.Array16 => (2, 0, -1),
            MessagePackCode.Array32 => (4, 0, -1),
            MessagePackCode.Map16 => (2, 0, -2),
            MessagePackCode.Map32 => (4, 0, -2),
            _ => (-1, 0, 0),
        };
        if (!TryMeasure(width, 0, out var number, shortest: null)) return 0;
        // What the code leaves to the number behind it: bytes, one more for an extension's type, elements, two for each pair of a map.
        if (length < 0) length = (long)number + (-length - 1);
        if (elements < 0) elements = (long)number * -elements;
        Require(length + elements <= Left - 1 - width, Rejection.Truncated);
        if (IsOk) Advance(_reader.ReadRaw(1 + width + length));
        return IsOk ? elements : 0;
    }

    /// <summary>The number behind a code, or inside it when the width is 0; -1 for a code that does not belong here.</summary>
    private bool TryMeasure(int width, int inside, out ulong value, Func<ulong, int>? shortest)
    {
        value = (ulong)inside;
        Require(width >= 0, Rejection.WrongShape);
        Require(Left > width, Rejection.Truncated);
        if (!IsOk || width == 0) return IsOk;
        value = 0;
        foreach (var part in _bytes.Slice(At + 1, width)) value = (value << 8) | part;
        if (shortest is not null) Require(shortest(value) == width, Rejection.NotShortest);
        return IsOk;
    }

    private ReadOnlyMemory<byte> Block(int width, int inside, int min, int max, Func<ulong, int> shortest)
    {
        if (!TryMeasure(width, inside, out var length, shortest)) return default;
        Require(length <= (ulong)max, Rejection.TooLong);
        Require(length >= (ulong)min, Rejection.WrongShape);
        Require(length <= (ulong)(Left - 1 - width), Rejection.Truncated);
        if (!IsOk) return default;
        var start = At + 1 + width;
        Advance(_reader.ReadRaw(1 + width + (int)length));
        return _input.Slice(start, (int)length);
    }
}
