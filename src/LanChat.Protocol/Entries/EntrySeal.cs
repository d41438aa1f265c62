using System.Collections.Immutable;
using System.Security.Cryptography;

namespace LanChat.Protocol;

/// <summary>
/// Makes entries and opens their bodies: AES-256-GCM under HKDF(room key, "LanChat/1 body" ‖ author), with the header up to the body's hash
/// as associated data.
/// </summary>
public static class EntrySeal
{
    internal const int NonceBytes = 12;

    internal const int TagBytes = 16;

    /// <summary>Seals the body, signs the header.</summary>
    /// <param name="crypto">Signs.</param>
    /// <param name="identity">The author.</param>
    /// <param name="room">The room the entry is bound to.</param>
    /// <param name="seq">From 1, one more than the author's last in the room.</param>
    /// <param name="previous">Hash of the author's last entry in the room; none for the first.</param>
    /// <param name="after">At most <see cref="Limits.MaxParents"/> heads seen, one per author; put in order here, and the author's own left
    /// out: previous says it.</param>
    /// <param name="clock">Later than that of the author's last entry.</param>
    /// <param name="recipient">The other one in a direct room, none elsewhere.</param>
    /// <param name="body">Keeps the rules of its kind.</param>
    /// <param name="random">For the nonce.</param>
    /// <exception cref="ArgumentException">An argument breaks a rule that every reader would refuse the entry for.</exception>
    public static Entry Create(
        ICryptography crypto, PeerIdentity identity, RoomSecret room, int seq, EntryHash previous, ImmutableArray<EntryRef> after,
        HybridClock clock, PeerId recipient, EntryBody body, IRandomSource random)
    {
        if (seq is < 1 or > Limits.MaxSeq) throw new ArgumentOutOfRangeException(nameof(seq));
        if (previous.IsNone != (seq == 1))
            throw new ArgumentException("The first entry, and no other, has no predecessor.", nameof(previous));
        var parents = InOrder(after, identity.Id);
        var nonce = new byte[NonceBytes];
        random.Fill(nonce);
        var plaintext = EntryBodyCodec.Encode(body);
        var associated = EntryCodec.EncodeHeader(room.Id, identity.Id, seq, previous, parents, clock, nonce, recipient, EntryHash.None);
        var sealedBody = new byte[plaintext.Length + TagBytes];
        room.BodyCipher(identity.Id).Encrypt(
            nonce, plaintext, sealedBody.AsSpan(0, plaintext.Length), sealedBody.AsSpan(plaintext.Length),
            associated.AsSpan(0, associated.Length - EntryCodec.BodyHashBytes));
        var bodyHash = Digest.Of(sealedBody);
        var header = associated;
        bodyHash.Write(header.AsSpan(header.Length - EntryHash.Size));
        return new Entry
        {
            Room = room.Id,
            Author = identity.Id,
            Seq = seq,
            Previous = previous,
            After = parents,
            Clock = clock,
            Nonce = nonce,
            Recipient = recipient,
            BodyHash = bodyHash,
            Header = header,
            Signature = identity.Sign(crypto, header),
            Body = sealedBody,
            Hash = Digest.Of(header),
        };
    }

    /// <summary>Opens an entry's body: <see cref="UnreadableBody"/> when it does not open, does not decode or was dropped.</summary>
    public static EntryBody Open(RoomSecret room, Entry entry)
    {
        if (entry.Room != room.Id) return new UnreadableBody(Rejection.Misdirected);
        if (entry.IsBodyDropped) return new UnreadableBody(Rejection.Truncated);
        var body = entry.Body.Span;
        var plaintext = new byte[body.Length - TagBytes];
        try
        {
            room.BodyCipher(entry.Author).Decrypt(
                entry.Nonce.Span, body[..plaintext.Length], body[plaintext.Length..], plaintext,
                entry.Header.Span[..^EntryCodec.BodyHashBytes]);
        }
        catch (AuthenticationTagMismatchException)
        {
            return new UnreadableBody(Rejection.BadSeal);
        }
        return EntryBodyCodec.Decode(plaintext);
    }

    /// <summary>The same entry without its body, as it is kept and passed on after a delete.</summary>
    public static Entry WithoutBody(Entry entry) => new()
    {
        Room = entry.Room,
        Author = entry.Author,
        Seq = entry.Seq,
        Previous = entry.Previous,
        After = entry.After,
        Clock = entry.Clock,
        Nonce = entry.Nonce,
        Recipient = entry.Recipient,
        BodyHash = entry.BodyHash,
        Header = entry.Header,
        Signature = entry.Signature,
        Body = default,
        Hash = entry.Hash,
    };

    private static ImmutableArray<EntryRef> InOrder(ImmutableArray<EntryRef> after, PeerId author)
    {
        var parents = after.Where(parent => parent.Author != author).OrderBy(parent => parent.Author).ToImmutableArray();
        if (parents.Length > Limits.MaxParents) throw new ArgumentException("An entry names at most 4 parents.", nameof(after));
        for (var i = 1; i < parents.Length; i++)
        {
            if (parents[i].Author == parents[i - 1].Author)
                throw new ArgumentException("An entry names one parent per author.", nameof(after));
        }
        return parents;
    }
}

/// <summary>Checks of who wrote entries.</summary>
public static class EntryProof
{
    /// <summary>Whether this key signed the entry. That the key is the author's is for the author's profile to say.</summary>
    public static bool VerifySignature(ICryptography crypto, Entry entry, ReadOnlySpan<byte> signingKey) =>
        crypto.Verify(signingKey, entry.Header.Span, entry.Signature.Span);

    /// <summary>
    /// Checks consecutive entries of one author in one room by their hash chain and the last signature alone; <see cref="Rejection.None"/>
    /// proves all of them. Signatures before the last are then not known to be good: check one before its entry is passed on alone.
    /// </summary>
    public static Rejection VerifyRun(ICryptography crypto, IReadOnlyList<Entry> run, ReadOnlySpan<byte> signingKey)
    {
        for (var i = 1; i < run.Count; i++)
        {
            var (before, entry) = (run[i - 1], run[i]);
            if (entry.Author != before.Author || entry.Room != before.Room || entry.Seq != before.Seq + 1) return Rejection.Inconsistent;
            if (entry.Previous != before.Hash) return Rejection.BadHash;
        }
        return run.Count == 0 || VerifySignature(crypto, run[^1], signingKey) ? Rejection.None : Rejection.BadSignature;
    }
}
