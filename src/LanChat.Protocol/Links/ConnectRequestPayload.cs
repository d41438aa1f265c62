using System.Diagnostics.CodeAnalysis;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>The data of a connection request: [magic, version, cookie, Noise message 1].</summary>
/// <param name="Cookie">16 bytes that the other side gave, or empty.</param>
/// <param name="Noise">The first handshake message, 65 bytes: an ephemeral key.</param>
public sealed record ConnectRequestPayload(ReadOnlyMemory<byte> Cookie, ReadOnlyMemory<byte> Noise)
{
    /// <summary>The payload's bytes.</summary>
    public byte[] Encode()
    {
        var buffer = Wire.NewBuffer();
        var writer = new MessagePackWriter(buffer);
        Preamble.Write(ref writer, 4);
        writer.Write(Cookie.Span);
        writer.Write(Noise.Span);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a request; copies what it keeps. No key is computed with.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out ConnectRequestPayload? payload,
        out Rejection rejection)
    {
        payload = null;
        var reader = new WireReader(encoded);
        reader.Require(encoded.Length <= Limits.MaxConnectBytes, Rejection.TooLong);
        Preamble.Read(ref reader, 4);
        var cookie = reader.Bytes(0, AddressCookies.Size);
        reader.Require(cookie.Length is 0 or AddressCookies.Size, Rejection.WrongShape);
        var noise = reader.Bytes(P256.PublicKeyBytes);
        if (!reader.Finish(out rejection)) return false;
        payload = new ConnectRequestPayload(cookie.ToArray(), noise.ToArray());
        return true;
    }
}
