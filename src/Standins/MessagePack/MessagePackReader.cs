using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MessagePack;

/// <summary>
/// Reads MessagePack tokens from memory it does not own; nothing is copied and, over contiguous memory, nothing allocated but strings.
/// A token may be split over segments anywhere. After an exception the position is of no further use, except where a method says otherwise.
/// </summary>
public ref partial struct MessagePackReader
{
    private readonly ReadOnlySequence<byte> _sequence;
    private readonly long _length;
    private ReadOnlySpan<byte> _span;
    private int _index;
    private long _consumedBefore;
    private SequencePosition _spanStart;
    private SequencePosition _nextStart;
    private GatheredHead _gathered;

    public MessagePackReader(ReadOnlyMemory<byte> memory)
    {
        _sequence = new ReadOnlySequence<byte>(memory);
        _length = memory.Length;
        _span = memory.Span;
        _spanStart = _sequence.Start;
    }

    public MessagePackReader(scoped in ReadOnlySequence<byte> readOnlySequence)
    {
        _sequence = readOnlySequence;
        _length = readOnlySequence.Length;
        _spanStart = readOnlySequence.Start;
        _nextStart = readOnlySequence.Start;
        MoveToNextSegment();
    }

    /// <summary>Carried for the caller; the reader itself never looks at it.</summary>
    public CancellationToken CancellationToken { readonly get; set; }

    /// <summary>How deep the caller is nested; see <see cref="MessagePackSecurity.DepthStep"/>.</summary>
    public int Depth { readonly get; set; }

    /// <summary>All of the input, read or not.</summary>
    public readonly ReadOnlySequence<byte> Sequence => _sequence;

    public readonly SequencePosition Position => _sequence.GetPosition(_index, _spanStart);

    /// <summary>Bytes read so far.</summary>
    public readonly long Consumed => _consumedBefore + _index;

    public readonly bool End => Remaining == 0;

    /// <summary>The next byte, which is not consumed.</summary>
    /// <exception cref="EndOfStreamException">There is none.</exception>
    public readonly byte NextCode
    {
        get
        {
            if (_index >= _span.Length)
                throw CutShort();
            return _span[_index];
        }
    }

    /// <exception cref="EndOfStreamException">The input is at its end.</exception>
    public readonly MessagePackType NextMessagePackType => MessagePackCode.ToMessagePackType(NextCode);

    /// <exception cref="EndOfStreamException">The input is at its end.</exception>
    public readonly bool IsNil => NextCode == MessagePackCode.Nil;

    private readonly long Remaining => _length - Consumed;

    /// <summary>A reader of other input with the same depth and cancellation.</summary>
    public readonly MessagePackReader Clone(scoped in ReadOnlySequence<byte> readOnlySequence) =>
        new(readOnlySequence) { CancellationToken = CancellationToken, Depth = Depth };

    /// <summary>A copy at the same position; what it reads does not move this one.</summary>
    public readonly MessagePackReader CreatePeekReader() => this;

    /// <summary>
    /// Passes over the next value whole. Containers are counted, not recursed into: nesting costs neither stack nor depth.
    /// </summary>
    /// <exception cref="EndOfStreamException">The value is cut short.</exception>
    /// <exception cref="MessagePackSerializationException">A byte 0xc1, which no format uses.</exception>
    public void Skip()
    {
        for (long values = 1; values > 0; values--)
        {
            switch (NextMessagePackType)
            {
                case MessagePackType.Nil or MessagePackType.Boolean:
                    Advance(1);
                    break;
                case MessagePackType.Integer or MessagePackType.Float:
                    Take(Token.Float(Head(), out _));
                    break;
                case MessagePackType.String or MessagePackType.Binary:
                    Take(Token.BytesHeader(Head(), out uint length));
                    AdvanceBody(length);
                    break;
                case MessagePackType.Extension:
                    Take(Token.ExtensionHeader(Head(), out ExtensionHeader header));
                    AdvanceBody(header.Length);
                    break;
                case MessagePackType.Array:
                    values += TakeCount(Token.ArrayHeader(Head(), out uint elements), elements);
                    break;
                case MessagePackType.Map:
                    values += 2L * TakeCount(Token.MapHeader(Head(), out uint pairs), pairs);
                    break;
                default:
                    throw OtherCode();
            }
        }
    }

    /// <summary>The next value's bytes, as a slice of the input.</summary>
    /// <exception cref="EndOfStreamException">The value is cut short.</exception>
    /// <exception cref="MessagePackSerializationException">A byte 0xc1, which no format uses.</exception>
    public ReadOnlySequence<byte> ReadRaw()
    {
        SequencePosition start = Position;
        Skip();
        return _sequence.Slice(start, Position);
    }

    /// <summary>So many bytes, whatever they mean, as a slice of the input.</summary>
    /// <exception cref="EndOfStreamException">Fewer are left, or the length is negative.</exception>
    public ReadOnlySequence<byte> ReadRaw(long length)
    {
        if (length < 0 || length > Remaining)
            throw CutShort(new ArgumentOutOfRangeException(nameof(length)));
        ReadOnlySequence<byte> slice = _sequence.Slice(Position, length);
        Advance(length);
        return slice;
    }

    /// <summary>
    /// Contiguous bytes from the position on: at least <see cref="Token.MaxSize"/>, or all that are left.
    /// </summary>
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Head()
    {
        ReadOnlySpan<byte> unread = _span[_index..];
        return unread.Length >= Token.MaxSize || unread.Length == Remaining ? unread : Gather(unread);
    }

    [UnscopedRef]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOnlySpan<byte> Gather(ReadOnlySpan<byte> unread)
    {
        Span<byte> gathered = _gathered;
        unread.CopyTo(gathered);
        int count = unread.Length;
        SequencePosition next = _nextStart;
        while (count < gathered.Length && _sequence.TryGet(ref next, out ReadOnlyMemory<byte> segment))
        {
            ReadOnlySpan<byte> more = segment.Span;
            more = more[..Math.Min(more.Length, gathered.Length - count)];
            more.CopyTo(gathered[count..]);
            count += more.Length;
        }

        return gathered[..count];
    }

    /// <summary>Moves over a decoded head, or throws what its decoding came to.</summary>
    private void Take(int size)
    {
        if (size <= 0)
            throw size == Token.CutShort ? CutShort() : OtherCode();
        Advance(size);
    }

    private int TakeCount(int size, uint count)
    {
        if (size > 0 && count > int.MaxValue)
            throw new OverflowException($"The header claims {count} elements; at most {int.MaxValue} can be counted.");
        Take(size);
        return (int)count;
    }

    private void AdvanceBody(uint length)
    {
        if (length > Remaining)
            throw CutShort();
        Advance(length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Advance(long count)
    {
        if (count < _span.Length - _index)
        {
            _index += (int)count;
            return;
        }

        AdvanceOverSegments(count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AdvanceOverSegments(long count)
    {
        while (count >= _span.Length - _index && Remaining > _span.Length - _index)
        {
            count -= _span.Length - _index;
            _index = _span.Length;
            MoveToNextSegment();
        }

        _index += (int)count;
    }

    /// <summary>Goes to the next segment that is not empty; stays at the end of the last.</summary>
    private void MoveToNextSegment()
    {
        _consumedBefore += _index;
        _index = 0;
        _span = default;
        SequencePosition start = _nextStart;
        while (_span.IsEmpty && _sequence.TryGet(ref _nextStart, out ReadOnlyMemory<byte> segment))
        {
            _spanStart = start;
            _span = segment.Span;
            start = _nextStart;
        }
    }

    private static EndOfStreamException CutShort(Exception? inner = null) => new("The MessagePack input ends inside a value.", inner);

    private readonly MessagePackSerializationException OtherCode()
    {
        byte code = NextCode;
        return new MessagePackSerializationException(
            $"Unexpected MessagePack code 0x{code:x2} ({MessagePackCode.ToFormatName(code)}) at byte {Consumed}.");
    }

    [InlineArray(16)]
    private struct GatheredHead
    {
        private byte _first;
    }
}
