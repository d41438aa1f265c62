namespace LiteNetLib.Wire;

/// <summary>Arithmetic of 15-bit sequence numbers.</summary>
internal static class Sequence
{
    /// <summary>How far <paramref name="a"/> is ahead of <paramref name="b"/>: -16384 to 16383.</summary>
    public static int Ahead(int a, int b) =>
        ((a - b + NetConstants.MaxSequence + NetConstants.HalfMaxSequence) & (NetConstants.MaxSequence - 1)) - NetConstants.HalfMaxSequence;

    public static ushort Next(int sequence) => (ushort)((sequence + 1) & (NetConstants.MaxSequence - 1));
}
