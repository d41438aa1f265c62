using System.Security.Cryptography;
using System.Text;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>A room's key and what follows from it (PROTOCOL.md, section 1). Whoever has the key reads everything. One owner.</summary>
public sealed class RoomSecret : IDisposable
{
    /// <summary>Length of a room key, bytes.</summary>
    public const int KeyBytes = 32;

    private const int MaxCachedBodyKeys = 256;

    private readonly byte[] _key;
    private readonly byte[] _signingPrivateKey;
    private readonly BoundedCache<PeerId, AesGcm> _bodyCiphers = new(MaxCachedBodyKeys);

    private RoomSecret(
        ICryptography crypto, RoomKind kind, ReadOnlySpan<byte> key, string network, string name, string foldedName, PeerId creator)
    {
        _key = key.ToArray();
        _signingPrivateKey = SigningPrivateKey(key);
        Kind = kind;
        Network = network;
        Name = name;
        FoldedName = foldedName;
        Creator = creator;
        SigningPublicKey = crypto.PublicKey(_signingPrivateKey);
        Id = RoomId.FromKey(SigningPublicKey.Span, creator);
    }

    /// <summary>The room key, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Key => _key;

    /// <summary>How the key came about.</summary>
    public RoomKind Kind { get; }

    /// <summary>As shown, without '#'; in a direct room the other one's 32 digits.</summary>
    public string Name { get; }

    /// <summary>As compared.</summary>
    public string FoldedName { get; }

    /// <summary>Who made it; none in public, passphrase and direct rooms.</summary>
    public PeerId Creator { get; }

    /// <summary>The network its name is of; empty in direct rooms.</summary>
    public string Network { get; }

    /// <summary>The room id.</summary>
    public RoomId Id { get; }

    /// <summary>The room signing public key, 65 bytes.</summary>
    public ReadOnlyMemory<byte> SigningPublicKey { get; }

    /// <summary>The public room of this name: key = HKDF([network, name], "LanChat/1 public room").</summary>
    /// <exception cref="ArgumentException">Name or network break their rules.</exception>
    public static RoomSecret Public(ICryptography crypto, string network, string name)
    {
        var (bare, folded) = CheckedName(network, name);
        var key = Derive(Scope(network, folded), Domain.PublicRoom);
        return new RoomSecret(crypto, RoomKind.Public, key, network, bare, folded, PeerId.None);
    }

    /// <summary>A new private room.</summary>
    /// <exception cref="ArgumentException">Name or network break their rules, or there is no creator.</exception>
    public static RoomSecret NewPrivate(ICryptography crypto, IRandomSource random, string network, string name, PeerId creator)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        random.Fill(key);
        return FromKey(crypto, RoomKind.Private, key, network, name, creator);
    }

    /// <summary>A room from a stored key or an invite.</summary>
    /// <exception cref="ArgumentException">Name or network break their rules, or kind and creator do not fit.</exception>
    public static RoomSecret FromKey(
        ICryptography crypto, RoomKind kind, ReadOnlySpan<byte> key, string network, string name, PeerId creator)
    {
        if (key.Length != KeyBytes) throw new ArgumentException("A room key has 32 bytes.", nameof(key));
        if (kind == RoomKind.Private == creator.IsNone)
            throw new ArgumentException("Private rooms, and no others, have a creator.", nameof(creator));
        if (kind == RoomKind.Direct) return new RoomSecret(crypto, kind, key, "", name, name, creator);
        var (bare, folded) = CheckedName(network, name);
        return new RoomSecret(crypto, kind, key, network, bare, folded, creator);
    }

    /// <summary>The room of two people: key = HKDF(ECDH of the agreement keys, "LanChat/1 dm" ‖ smaller id ‖ larger id).</summary>
    public static RoomSecret Direct(ICryptography crypto, PeerIdentity identity, Profile other) =>
        Direct(crypto, identity, other.Id, other.AgreementKey.Span);

    /// <summary>The room of two people, from the other's id and agreement key.</summary>
    /// <exception cref="ArgumentException">The key is not a point of the curve.</exception>
    public static RoomSecret Direct(ICryptography crypto, PeerIdentity identity, PeerId other, ReadOnlySpan<byte> otherAgreementKey)
    {
        Span<byte> shared = stackalloc byte[32];
        if (!crypto.TryAgree(identity.AgreementPrivateKey.Span, otherAgreementKey, shared))
            throw new ArgumentException("Not a public key of P-256.", nameof(otherAgreementKey));
        var (first, second) = identity.Id < other ? (identity.Id, other) : (other, identity.Id);
        var key = Derive(shared, Domain.Join(Domain.DirectRoom, first.ToArray(), second.ToArray()));
        return new RoomSecret(crypto, RoomKind.Direct, key, "", other.ToString(), other.ToString(), PeerId.None);
    }

    /// <summary>What names this room on one link: HMAC(room key, "LanChat/1 member" ‖ handshake hash)[..16].</summary>
    public UInt128 MemberTag(ReadOnlySpan<byte> handshakeHash) =>
        PeerId.Read(HMACSHA256.HashData(_key, Domain.Join(Domain.Member, handshakeHash))).Value;

    /// <summary>
    /// Proves to a relay on one link that one has the room key: a signature over "LanChat/1 room" ‖ handshake hash ‖ room id.
    /// </summary>
    public byte[] Prove(ICryptography crypto, ReadOnlySpan<byte> handshakeHash) =>
        crypto.Sign(_signingPrivateKey, Domain.Join(Domain.Room, handshakeHash, Id.ToArray()));

    /// <summary>
    /// Whether who has this room's key made the proof for this link: key and creator hash to the id, and the signature holds.
    /// </summary>
    public static bool VerifyProof(
        ICryptography crypto, RoomId room, ReadOnlySpan<byte> signingPublicKey, PeerId creator, ReadOnlySpan<byte> handshakeHash,
        ReadOnlySpan<byte> proof) =>
        RoomId.FromKey(signingPublicKey, creator) == room
        && crypto.Verify(signingPublicKey, Domain.Join(Domain.Room, handshakeHash, room.ToArray()), proof);

    /// <summary>Lets go of the derived keys.</summary>
    public void Dispose() => _bodyCiphers.Dispose();

    /// <summary>The cipher of an author's bodies: its key is HKDF(room key, "LanChat/1 body" ‖ author).</summary>
    internal AesGcm BodyCipher(PeerId author)
    {
        if (_bodyCiphers.TryGet(author, out var cipher)) return cipher;
        cipher = new AesGcm(Derive(_key, Domain.Join(Domain.Body, author.ToArray())), EntrySeal.TagBytes);
        _bodyCiphers.Add(author, cipher);
        return cipher;
    }

    /// <summary>[folded network, folded name], which cannot be read in two ways.</summary>
    internal static byte[] Scope(string network, string foldedName)
    {
        var buffer = Wire.NewBuffer();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(2);
        writer.Write(Networks.Fold(network));
        writer.Write(foldedName);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    internal static (string Bare, string Folded) CheckedName(string network, string name)
    {
        if (!Networks.IsValid(network, out var problem)) throw new ArgumentException(problem, nameof(network));
        if (!RoomNames.TryFold(name, out var folded, out problem)) throw new ArgumentException(problem, nameof(name));
        return (RoomNames.Bare(name), folded);
    }

    private static byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> info)
    {
        var key = new byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt: [], info);
        return key;
    }

    /// <summary>HKDF(room key, "LanChat/1 room signing" ‖ i) for the first i from 0 that yields a private key.</summary>
    private static byte[] SigningPrivateKey(ReadOnlySpan<byte> roomKey)
    {
        for (byte i = 0; ; i++)
        {
            var candidate = Derive(roomKey, Domain.Join(Domain.RoomSigning, [i]));
            if (P256.IsPrivateKey(candidate)) return candidate;
        }
    }
}
