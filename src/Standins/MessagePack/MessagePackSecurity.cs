namespace MessagePack;

/// <summary>Limits for bytes of unknown origin. Immutable: every <c>With…</c> returns a copy, or this object when nothing changes.</summary>
public class MessagePackSecurity
{
    /// <summary>For bytes that this program wrote itself: 500 levels, no other limit.</summary>
    public static readonly MessagePackSecurity TrustedData = new(500, int.MaxValue, hashCollisionResistant: false);

    /// <summary>For bytes from anywhere else: 500 levels, at most 64 MiB decompressed, hashes that cannot be chosen.</summary>
    public static readonly MessagePackSecurity UntrustedData = new(500, 64 * 1024 * 1024, hashCollisionResistant: true);

    private MessagePackSecurity(int maximumObjectGraphDepth, int maximumDecompressedSize, bool hashCollisionResistant)
    {
        MaximumObjectGraphDepth = maximumObjectGraphDepth;
        MaximumDecompressedSize = maximumDecompressedSize;
        HashCollisionResistant = hashCollisionResistant;
    }

    public bool HashCollisionResistant { get; }

    /// <summary>How many calls of <see cref="DepthStep"/> may be open at once.</summary>
    public int MaximumObjectGraphDepth { get; }

    /// <summary>Bytes that a compressed message may grow to.</summary>
    public int MaximumDecompressedSize { get; }

    /// <exception cref="ArgumentOutOfRangeException">The depth is negative.</exception>
    public MessagePackSecurity WithMaximumObjectGraphDepth(int maximumObjectGraphDepth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximumObjectGraphDepth);
        return maximumObjectGraphDepth == MaximumObjectGraphDepth
            ? this
            : new MessagePackSecurity(maximumObjectGraphDepth, MaximumDecompressedSize, HashCollisionResistant);
    }

    /// <exception cref="ArgumentOutOfRangeException">The size is negative.</exception>
    public MessagePackSecurity WithMaximumDecompressedSize(int maximumDecompressedSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximumDecompressedSize);
        return maximumDecompressedSize == MaximumDecompressedSize
            ? this
            : new MessagePackSecurity(MaximumObjectGraphDepth, maximumDecompressedSize, HashCollisionResistant);
    }

    public MessagePackSecurity WithHashCollisionResistant(bool hashCollisionResistant)
    {
        return hashCollisionResistant == HashCollisionResistant
            ? this
            : new MessagePackSecurity(MaximumObjectGraphDepth, MaximumDecompressedSize, hashCollisionResistant);
    }

    /// <summary>Goes one level down. The caller takes it back with <c>reader.Depth--</c> in a finally block.</summary>
    /// <exception cref="InsufficientExecutionStackException">The input is nested deeper than <see cref="MaximumObjectGraphDepth"/>.</exception>
    public void DepthStep(ref MessagePackReader reader)
    {
        if (reader.Depth >= MaximumObjectGraphDepth)
            throw new InsufficientExecutionStackException($"The MessagePack input is nested deeper than {MaximumObjectGraphDepth} levels.");
        reader.Depth++;
    }
}
