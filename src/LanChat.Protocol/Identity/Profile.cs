using System.Diagnostics.CodeAnalysis;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>
/// Who a peer says it is: both public keys and a nickname, signed. A higher version replaces a lower one.
/// Encoded: [signed bytes, signature]; signed: "LanChat/1 profile" ‖ [signing key, agreement key, nickname, version].
/// </summary>
public sealed class Profile
{
    private Profile()
    {
    }

    /// <summary>Public signing key, 65 bytes.</summary>
    public required ReadOnlyMemory<byte> SigningKey { get; init; }

    /// <summary>Public agreement key, 65 bytes; a point of the curve.</summary>
    public required ReadOnlyMemory<byte> AgreementKey { get; init; }

    /// <summary>The nickname; keeps the rules of <see cref="Nicknames"/>.</summary>
    public required string Nick { get; init; }

    /// <summary>From 0 to <see cref="Limits.MaxProfileVersion"/>.</summary>
    public required long Version { get; init; }

    /// <summary>As received, passed on unchanged; at most <see cref="Limits.MaxProfileBytes"/>.</summary>
    public required ReadOnlyMemory<byte> Encoded { get; init; }

    /// <summary>The id both keys hash to.</summary>
    public required PeerId Id { get; init; }

    /// <summary>Makes and signs a profile.</summary>
    /// <exception cref="ArgumentException">The nickname or the version breaks its rules.</exception>
    public static Profile Create(ICryptography crypto, PeerIdentity identity, string nick, long version)
    {
        if (!Nicknames.IsValid(nick, out var problem)) throw new ArgumentException(problem, nameof(nick));
        if (version is < 0 or > Limits.MaxProfileVersion) throw new ArgumentOutOfRangeException(nameof(version));
        var buffer = Wire.NewBuffer();
        var writer = new MessagePackWriter(buffer);
        writer.WriteRaw(Domain.Profile);
        writer.WriteArrayHeader(4);
        writer.Write(identity.SigningKey.Span);
        writer.Write(identity.AgreementKey.Span);
        writer.Write(nick);
        writer.Write(version);
        writer.Flush();
        return new Profile
        {
            SigningKey = identity.SigningKey,
            AgreementKey = identity.AgreementKey,
            Nick = nick,
            Version = version,
            Encoded = SignedBytes.Encode(buffer.WrittenSpan, identity.Sign(crypto, buffer.WrittenSpan)),
            Id = identity.Id,
        };
    }

    /// <summary>Reads a profile and checks its keys and its signature. Copies what it keeps.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> encoded, ICryptography crypto, [NotNullWhen(true)] out Profile? profile, out Rejection rejection)
    {
        profile = null;
        if (encoded.Length > Limits.MaxProfileBytes)
        {
            rejection = Rejection.TooLong;
            return false;
        }
        if (!SignedBytes.TryDecode(encoded.ToArray(), Domain.Profile, out var signed, out rejection)) return false;
        var reader = new WireReader(signed.Content);
        reader.Array(4);
        var signingKey = reader.Bytes(P256.PublicKeyBytes);
        var agreementKey = reader.Bytes(P256.PublicKeyBytes);
        var nick = reader.Text(Limits.MaxNickBytes);
        var version = reader.Long(0, Limits.MaxProfileVersion);
        if (reader.IsOk) reader.Require(Nicknames.IsValid(nick, out _), Rejection.BadText);
        if (reader.IsOk) reader.Require(crypto.IsPublicKey(signingKey.Span) && crypto.IsPublicKey(agreementKey.Span), Rejection.BadKey);
        if (!reader.Finish(out rejection)) return false;
        if (!crypto.Verify(signingKey.Span, signed.Message.Span, signed.Signature.Span))
        {
            rejection = Rejection.BadSignature;
            return false;
        }
        profile = new Profile
        {
            SigningKey = signingKey,
            AgreementKey = agreementKey,
            Nick = nick,
            Version = version,
            Encoded = signed.Encoded,
            Id = PeerId.FromKeys(signingKey.Span, agreementKey.Span),
        };
        return true;
    }
}
