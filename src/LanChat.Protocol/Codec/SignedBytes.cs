using MessagePack;

namespace LanChat.Protocol;

/// <summary>[signed bytes, signature], where the signed bytes begin with a domain string.</summary>
internal readonly ref struct SignedBytes
{
    private SignedBytes(ReadOnlyMemory<byte> encoded, ReadOnlyMemory<byte> message, int domainLength, ReadOnlyMemory<byte> signature)
    {
        Encoded = encoded;
        Message = message;
        Content = message[domainLength..];
        Signature = signature;
    }

    /// <summary>The whole.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>What is signed, with its domain string.</summary>
    public ReadOnlyMemory<byte> Message { get; }

    /// <summary>What is signed, behind its domain string.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    public ReadOnlyMemory<byte> Signature { get; }

    public static byte[] Encode(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        var buffer = Wire.NewBuffer();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(2);
        writer.Write(message);
        writer.Write(signature);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static bool TryDecode(ReadOnlyMemory<byte> encoded, ReadOnlySpan<byte> domain, out SignedBytes signed, out Rejection rejection)
    {
        signed = default;
        var reader = new WireReader(encoded);
        reader.Array(2);
        var message = reader.Bytes(0, int.MaxValue);
        var signature = reader.Bytes(P256.SignatureBytes);
        if (reader.IsOk) reader.Require(message.Span.StartsWith(domain), Rejection.WrongMagic);
        if (!reader.Finish(out rejection)) return false;
        signed = new SignedBytes(encoded, message, domain.Length, signature);
        return true;
    }
}
