using System.Diagnostics.CodeAnalysis;
using System.Text;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>What each side says inside the handshake, in messages 2 and 3: [profile, instance nonce, token].</summary>
/// <param name="Profile">The sender's encoded profile, to be checked by <see cref="Protocol.Profile.TryDecode"/>.</param>
/// <param name="InstanceNonce">Made at each start: two links of one id and different nonces are of two runs.</param>
/// <param name="Token">A relay's admission token; empty elsewhere.</param>
public sealed record HandshakePayload(ReadOnlyMemory<byte> Profile, UInt128 InstanceNonce, string Token)
{
    /// <summary>The payload's bytes.</summary>
    /// <exception cref="ArgumentException">Profile or token are longer than their limits.</exception>
    public byte[] Encode()
    {
        if (Profile.Length > Limits.MaxProfileBytes) throw new ArgumentException("The profile is too long.");
        if (Encoding.UTF8.GetByteCount(Token) > Limits.MaxTokenBytes) throw new ArgumentException("The token is too long.");
        var buffer = Wire.NewBuffer();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(3);
        writer.Write(Profile.Span);
        writer.Write128(InstanceNonce);
        writer.Write(Token);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a payload; the profile is a slice of the input.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out HandshakePayload? payload, out Rejection rejection)
    {
        var reader = new WireReader(encoded);
        reader.Array(3);
        var read = new HandshakePayload(reader.Bytes(0, Limits.MaxProfileBytes), reader.Number128(), reader.Text(Limits.MaxTokenBytes));
        payload = reader.Finish(out rejection) ? read : null;
        return payload is not null;
    }
}
