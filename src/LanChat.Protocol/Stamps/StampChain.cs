using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace LanChat.Protocol;

/// <summary>
/// A relay's stamps of one room and epoch as a hash chain: c(n) = hash(c(n−1) ‖ relay id ‖ room id ‖ epoch ‖ n ‖ entry hash), c(0) = 32
/// zero bytes. The relay signs "LanChat/1 stamps" ‖ c of the last entry of each commit group, which proves all before it.
/// </summary>
public static class StampChain
{
    private const int LinkBytes = EntryHash.Size + PeerId.Size + RoomId.Size + 16 + 8 + EntryHash.Size;

    /// <summary>c(place). Epoch and place are 8-byte big-endian numbers: milliseconds, random part, place.</summary>
    public static EntryHash Next(EntryHash before, PeerId relay, RoomId room, Epoch epoch, long place, EntryHash entry)
    {
        Span<byte> link = stackalloc byte[LinkBytes];
        before.Write(link);
        relay.Write(link[32..]);
        room.Write(link[48..]);
        BinaryPrimitives.WriteInt64BigEndian(link[64..], epoch.UtcMilliseconds);
        BinaryPrimitives.WriteUInt64BigEndian(link[72..], epoch.Random);
        BinaryPrimitives.WriteInt64BigEndian(link[80..], place);
        entry.Write(link[88..]);
        return Digest.Of(link);
    }

    /// <summary>c of a run's last entry.</summary>
    public static EntryHash End(StampRun run)
    {
        var chain = run.ChainBefore;
        for (var i = 0; i < run.Entries.Length; i++) chain = Next(chain, run.Relay, run.Room, run.Epoch, run.First + i, run.Entries[i]);
        return chain;
    }

    /// <summary>The relay's signature over a chain value, 64 bytes.</summary>
    public static byte[] Sign(ICryptography crypto, PeerIdentity relay, EntryHash chain) =>
        relay.Sign(crypto, Domain.Join(Domain.Stamps, chain.ToArray()));

    /// <summary>Whether the relay of this signing key signed the chain value.</summary>
    public static bool VerifySignature(
        ICryptography crypto, ReadOnlySpan<byte> relaySigningKey, EntryHash chain, ReadOnlySpan<byte> signature) =>
        crypto.Verify(relaySigningKey, Domain.Join(Domain.Stamps, chain.ToArray()), signature);

    /// <summary>A relay's signing and agreement key behind each other, as they stand in a <see cref="StampRun"/>.</summary>
    public static byte[] RelayKey(PeerIdentity relay) => [.. relay.SigningKey.Span, .. relay.AgreementKey.Span];

    /// <summary>A relay's signing and agreement key behind each other, from its profile.</summary>
    public static byte[] RelayKey(Profile relay) => [.. relay.SigningKey.Span, .. relay.AgreementKey.Span];

    /// <summary>Makes and signs a run.</summary>
    /// <exception cref="ArgumentException">There is no entry, or first and chain before do not fit.</exception>
    public static StampRun CreateRun(
        ICryptography crypto, PeerIdentity relay, RoomId room, Epoch epoch, long first, EntryHash chainBefore,
        ImmutableArray<EntryHash> entries, ImmutableArray<int> waived)
    {
        if (entries.Length is 0 or > Limits.MaxStampsPerRun) throw new ArgumentException("A run has 1 to 1024 stamps.", nameof(entries));
        if (chainBefore.IsNone != (first == 1))
            throw new ArgumentException("A run from place 1, and no other, has nothing before it.", nameof(chainBefore));
        var run = new StampRun(relay.Id, RelayKey(relay), room, epoch, first, chainBefore, entries, waived, default);
        return run with { Signature = Sign(crypto, relay, End(run)) };
    }

    /// <summary>Checks a run on its own: key and id fit, and the signature is over its end.</summary>
    public static Rejection VerifyRun(ICryptography crypto, StampRun run)
    {
        if (run.RelayKey.Length != 2 * P256.PublicKeyBytes || run.Entries.IsDefaultOrEmpty) return Rejection.WrongShape;
        var signingKey = run.RelayKey.Span[..P256.PublicKeyBytes];
        if (PeerId.FromKeys(signingKey, run.RelayKey.Span[P256.PublicKeyBytes..]) != run.Relay) return Rejection.BadKey;
        return VerifySignature(crypto, signingKey, End(run), run.Signature.Span) ? Rejection.None : Rejection.BadSignature;
    }
}
