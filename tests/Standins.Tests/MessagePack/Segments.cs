using System.Buffers;

namespace Standins.Tests.MessagePack;

/// <summary>Cuts bytes into the segments of one sequence.</summary>
internal sealed class Segment : ReadOnlySequenceSegment<byte>
{
    private Segment(ReadOnlyMemory<byte> memory, Segment? previous)
    {
        Memory = memory;
        if (previous is null)
            return;
        RunningIndex = previous.RunningIndex + previous.Memory.Length;
        previous.Next = this;
    }

    /// <summary>One segment per byte, an empty one before each.</summary>
    public static ReadOnlySequence<byte> OnePerByte(ReadOnlyMemory<byte> bytes) => Cut(bytes, _ => 1);

    /// <summary>Segments of the lengths that <paramref name="nextLength"/> gives for what is left; they may be 0.</summary>
    public static ReadOnlySequence<byte> Cut(ReadOnlyMemory<byte> bytes, Func<int, int> nextLength)
    {
        var first = new Segment(ReadOnlyMemory<byte>.Empty, null);
        Segment last = first;
        while (!bytes.IsEmpty)
        {
            int length = Math.Clamp(nextLength(bytes.Length), 1, bytes.Length);
            last = new Segment(bytes[..length], last);
            last = new Segment(ReadOnlyMemory<byte>.Empty, last);
            bytes = bytes[length..];
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
