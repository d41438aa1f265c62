namespace LanChat.Protocol;

/// <summary>The domain strings: what is signed or derived for one purpose is never valid for another.</summary>
internal static class Domain
{
    public static ReadOnlySpan<byte> Entry => "LanChat/1 entry"u8;

    public static ReadOnlySpan<byte> Profile => "LanChat/1 profile"u8;

    public static ReadOnlySpan<byte> Stamps => "LanChat/1 stamps"u8;

    public static ReadOnlySpan<byte> Room => "LanChat/1 room"u8;

    public static ReadOnlySpan<byte> Member => "LanChat/1 member"u8;

    public static ReadOnlySpan<byte> Body => "LanChat/1 body"u8;

    public static ReadOnlySpan<byte> DirectRoom => "LanChat/1 dm"u8;

    public static ReadOnlySpan<byte> PublicRoom => "LanChat/1 public room"u8;

    public static ReadOnlySpan<byte> Passphrase => "LanChat/1 passphrase"u8;

    public static ReadOnlySpan<byte> RoomSigning => "LanChat/1 room signing"u8;

    public static ReadOnlySpan<byte> Network => "LanChat/1 network"u8;

    public static ReadOnlySpan<byte> Fingerprint => "LanChat/1 fingerprint"u8;

    public static ReadOnlySpan<byte> Words => "LanChat/1 words"u8;

    public static ReadOnlySpan<byte> Invite => "LanChat/1 invite"u8;

    public static ReadOnlySpan<byte> Summary => "LanChat/1 summary"u8;

    public static ReadOnlySpan<byte> Prologue => "LanChat/1"u8;

    /// <summary>The domain string and what follows it in one array.</summary>
    public static byte[] Join(ReadOnlySpan<byte> domain, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        var joined = new byte[domain.Length + first.Length + second.Length];
        domain.CopyTo(joined);
        first.CopyTo(joined.AsSpan(domain.Length));
        second.CopyTo(joined.AsSpan(domain.Length + first.Length));
        return joined;
    }
}
