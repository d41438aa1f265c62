using System.Buffers;

namespace MessagePack;

/// <summary>A whole extension value. Its data is a slice of the memory it was read from, not a copy.</summary>
public struct ExtensionResult
{
    public ExtensionResult(sbyte typeCode, Memory<byte> data)
        : this(typeCode, new ReadOnlySequence<byte>(data))
    {
    }

    public ExtensionResult(sbyte typeCode, ReadOnlySequence<byte> data)
    {
        TypeCode = typeCode;
        Data = data;
    }

    public sbyte TypeCode { get; private set; }

    public ReadOnlySequence<byte> Data { get; private set; }

    /// <exception cref="OverflowException">The data is longer than a header can say.</exception>
    public readonly ExtensionHeader Header => new(TypeCode, checked((uint)Data.Length));
}
