using System.Diagnostics.CodeAnalysis;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>Why a connection request is refused. Codes above these are read as <see cref="Other"/>.</summary>
public enum RefusalReason
{
    /// <summary>Try again with the cookie that comes along.</summary>
    Retry = 0,

    /// <summary>The request is not LanChat's, or does not decode.</summary>
    Malformed = 1,

    /// <summary>Another version of the protocol; the refusal carries the refuser's.</summary>
    WrongVersion = 2,

    /// <summary>As many links as there may be.</summary>
    Full = 3,

    /// <summary>The id or address is banned, or was kicked a moment ago.</summary>
    Banned = 4,

    /// <summary>Too many failed handshakes from this address.</summary>
    TooManyFailures = 5,

    /// <summary>The token does not admit.</summary>
    BadToken = 6,

    /// <summary>The other side is about to stop.</summary>
    Stopping = 7,

    /// <summary>The link would be with oneself.</summary>
    Self = 8,

    /// <summary>A reason this version does not know.</summary>
    Other = 255,
}

/// <summary>
/// The data of a refusal, and of a disconnect for the same reasons: [magic, version, reason, cookie]. Stays readable in all versions.
/// </summary>
/// <param name="Reason">Why.</param>
/// <param name="Cookie">16 bytes with <see cref="RefusalReason.Retry"/>, empty otherwise.</param>
/// <param name="Version">The refuser's version of the protocol.</param>
public sealed record RefusalPayload(RefusalReason Reason, ReadOnlyMemory<byte> Cookie, int Version = Preamble.Version)
{
    /// <summary>The payload's bytes; shorter than any connection request.</summary>
    public byte[] Encode()
    {
        var buffer = Wire.NewBuffer();
        var writer = new MessagePackWriter(buffer);
        Preamble.Write(ref writer, 4);
        writer.Write((int)Reason);
        writer.Write(Cookie.Span);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a refusal of any version; copies what it keeps.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out RefusalPayload? payload, out Rejection rejection)
    {
        payload = null;
        var reader = new WireReader(encoded);
        reader.Require(encoded.Length <= Limits.MaxConnectBytes, Rejection.TooLong);
        reader.Array(4);
        Preamble.ReadMagic(ref reader);
        var version = reader.Int(0, int.MaxValue);
        var reason = (RefusalReason)reader.Int(0, 255);
        var cookie = reader.Bytes(0, AddressCookies.Size);
        reader.Require(cookie.Length == (reason == RefusalReason.Retry ? AddressCookies.Size : 0), Rejection.WrongShape);
        if (!reader.Finish(out rejection)) return false;
        payload = new RefusalPayload(reason <= RefusalReason.Self ? reason : RefusalReason.Other, cookie.ToArray(), version);
        return true;
    }
}
