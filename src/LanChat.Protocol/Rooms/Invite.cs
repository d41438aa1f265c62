using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>
/// A link that lets into a room: <c>lanchat:</c> and base64url of [version, room key, name, creator, network, relay] ‖ checksum (4).
/// Whoever has it reads everything, before and after.
/// </summary>
/// <param name="Key">The room key, 32 bytes.</param>
/// <param name="Name">As shown, without '#'.</param>
/// <param name="Creator">None for a room behind a passphrase.</param>
/// <param name="Network">The network its name is of.</param>
/// <param name="Relay">The relay that orders the room, if any.</param>
public sealed record Invite(ReadOnlyMemory<byte> Key, string Name, PeerId Creator, string Network, RelayAddress? Relay)
{
    /// <summary>What a link starts with.</summary>
    public const string Scheme = "lanchat:";

    private const int ChecksumBytes = 4;

    /// <summary>An invite to a private or passphrase room.</summary>
    /// <exception cref="ArgumentException">Public and direct rooms need none.</exception>
    public static Invite To(RoomSecret room, RelayAddress? relay) => room.Kind is RoomKind.Private or RoomKind.Passphrase
        ? new Invite(room.Key, room.Name, room.Creator, room.Network, relay)
        : throw new ArgumentException("Only private rooms have invites.", nameof(room));

    /// <summary>The room behind the invite.</summary>
    public RoomSecret Open(ICryptography crypto) =>
        RoomSecret.FromKey(crypto, Creator.IsNone ? RoomKind.Passphrase : RoomKind.Private, Key.Span, Network, Name, Creator);

    /// <summary>The link.</summary>
    public override string ToString()
    {
        var buffer = Wire.NewBuffer();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(6);
        writer.Write(Preamble.Version);
        writer.Write(Key.Span);
        writer.Write(Name);
        writer.WritePeer(Creator);
        writer.Write(Network);
        writer.WriteRelayAddress(Relay);
        writer.WriteRaw(Checksum(buffer, ref writer));
        writer.Flush();
        return Scheme + Base64Url.EncodeToString(buffer.WrittenSpan);
    }

    /// <summary>Reads a link; <paramref name="problem"/> is a sentence.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Invite? invite, [NotNullWhen(false)] out string? problem)
    {
        invite = null;
        problem = "This is not an invite: one starts with lanchat: and has only letters, digits, '-' and '_' after it.";
        text = text?.Trim();
        if (text is null || text.Length > Limits.MaxInviteLength || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        var encoded = text.AsSpan(Scheme.Length);
        if (!Base64Url.IsValid(encoded) || encoded.ContainsAny(" \t\r\n=")) return false;
        var bytes = Base64Url.DecodeFromChars(encoded);
        problem = "The invite is incomplete or was changed on its way: ask for it again.";
        if (bytes.Length < ChecksumBytes) return false;
        var content = bytes.AsMemory(0, bytes.Length - ChecksumBytes);
        if (!bytes.AsSpan(content.Length).SequenceEqual(Checksum(content.Span))) return false;
        if (TryDecode(content, out invite, out var rejection))
        {
            problem = null;
            return true;
        }
        problem = rejection == Rejection.WrongVersion
            ? "The invite was made by a newer version of LanChat: update to use it."
            : $"The invite does not hold a room ({rejection}).";
        return false;
    }

    private static bool TryDecode(ReadOnlyMemory<byte> content, [NotNullWhen(true)] out Invite? invite, out Rejection rejection)
    {
        invite = null;
        var reader = new WireReader(content);
        var count = reader.AnyArray(16);
        reader.Require(reader.Int(0, int.MaxValue) == Preamble.Version, Rejection.WrongVersion);
        reader.Require(count == 6, Rejection.WrongShape);
        var key = reader.Bytes(RoomSecret.KeyBytes);
        var name = reader.Text(4 * Limits.MaxRoomNameLength);
        var creator = reader.Peer();
        var network = reader.Text(4 * Limits.MaxNetworkLength);
        var relay = reader.RelayAddressOrNil();
        if (reader.IsOk)
            reader.Require(RoomNames.TryFold(name, out _, out _) && name[0] != '#' && Networks.IsValid(network, out _), Rejection.BadText);
        if (!reader.Finish(out rejection)) return false;
        invite = new Invite(key.ToArray(), name, creator, network, relay);
        return true;
    }

    private static byte[] Checksum(System.Buffers.ArrayBufferWriter<byte> buffer, ref MessagePackWriter writer)
    {
        writer.Flush();
        return Checksum(buffer.WrittenSpan);
    }

    private static byte[] Checksum(ReadOnlySpan<byte> content) => SHA256.HashData(Domain.Join(Domain.Invite, content))[..ChecksumBytes];
}
