using System.Numerics;

namespace LanChat.Benchmarks.Transport;

/// <summary>The receiver's side of one reliable-ordered channel: what was seen, and what waits for an earlier packet.</summary>
internal sealed class ReceiveWindow
{
    public const int Size = 64;
    private const int Sequences = 32_768;

    private readonly byte[][] _held = new byte[Size][];
    private int _next;

    /// <summary>First sequence the acknowledgement speaks of.</summary>
    public ushort Start { get; private set; }

    /// <summary>Bit s mod 64 is set when sequence s of the window was seen.</summary>
    public ulong Seen { get; private set; }

    public static int Distance(int to, int from) => ((to - from + Sequences + (Sequences / 2)) % Sequences) - (Sequences / 2);

    /// <summary>False when the packet is not to be acknowledged. Holds a copy of what is early.</summary>
    public bool TryHandle(ushort sequence, ReadOnlySpan<byte> packet, out bool isNext)
    {
        isNext = false;
        int ahead = Distance(sequence, Start);
        if (sequence >= Sequences || Distance(sequence, _next) > Size || ahead < 0 || ahead >= 2 * Size)
            return false;
        while (Distance(sequence, Start) >= Size)
        {
            Seen &= ~Bit(Start);
            Start = (ushort)((Start + 1) % Sequences);
        }

        if ((Seen & Bit(sequence)) != 0)
            return true;
        Seen |= Bit(sequence);
        isNext = sequence == _next;
        if (isNext)
            _next = (_next + 1) % Sequences;
        else
            _held[sequence % Size] = packet.ToArray();
        return true;
    }

    /// <summary>The packet after the one that was delivered last, if it came early.</summary>
    public bool TryTakeHeld(out ReadOnlySpan<byte> packet)
    {
        ref byte[] slot = ref _held[_next % Size];
        packet = slot;
        if (slot is null)
            return false;
        slot = null!;
        _next = (_next + 1) % Sequences;
        return true;
    }

    private static ulong Bit(int sequence) => BitOperations.RotateLeft(1UL, sequence % Size);
}
