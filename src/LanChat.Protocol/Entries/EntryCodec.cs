using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>
/// An entry as it travels and is stored: [header, signature, sealed body]; the header is "LanChat/1 entry" ‖ [room, author, seq, previous,
/// after, clock, nonce, recipient, body hash]. The body's hash stands last, so that the rest of the header is what the body is sealed with.
/// </summary>
public static class EntryCodec
{
    /// <summary>Bytes of the header that hold the body's hash: two of MessagePack and 32.</summary>
    internal const int BodyHashBytes = 2 + EntryHash.Size;

    /// <summary>The entry's bytes; with an empty body where a delete has dropped it.</summary>
    public static byte[] Encode(Entry entry)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(entry.Size + 16);
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(3);
        writer.Write(entry.Header.Span);
        writer.Write(entry.Signature.Span);
        writer.Write(entry.Body.Span);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Reads an entry and checks that its body is the one its header names; its signature and place in the chain are not looked at. Header,
    /// signature and body are slices of the input.
    /// </summary>
    public static bool TryDecode(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out Entry? entry, out Rejection rejection)
    {
        entry = null;
        var reader = new WireReader(encoded);
        reader.Require(encoded.Length <= Limits.MaxEntryBytes, Rejection.TooLong);
        reader.Array(3);
        var header = reader.Bytes(0, Limits.MaxEntryBytes);
        var signature = reader.Bytes(P256.SignatureBytes);
        var body = reader.Bytes(0, Limits.MaxEntryBytes);
        reader.Require(body.Length is 0 or > EntrySeal.TagBytes, Rejection.WrongShape);
        if (reader.IsOk) reader.Require(header.Span.StartsWith(Domain.Entry), Rejection.WrongMagic);
        return reader.Finish(out rejection) && TryDecodeHeader(header, signature, body, out entry, out rejection);
    }

    /// <summary>Reads the signed header alone, as a store's index keeps it: signature and body of the result are empty.</summary>
    public static bool TryDecodeHeader(ReadOnlyMemory<byte> header, [NotNullWhen(true)] out Entry? entry, out Rejection rejection)
    {
        if (header.Span.StartsWith(Domain.Entry)) return TryDecodeHeader(header, default, default, out entry, out rejection);
        (entry, rejection) = (null, Rejection.WrongMagic);
        return false;
    }

    /// <summary>The hash of an encoded entry, without looking at the rest; none when it does not even begin like one.</summary>
    public static EntryHash HashOf(ReadOnlyMemory<byte> encoded)
    {
        var reader = new WireReader(encoded);
        reader.Array(3);
        var header = reader.Bytes(0, Limits.MaxEntryBytes);
        return reader.IsOk ? Digest.Of(header.Span) : EntryHash.None;
    }

    /// <summary>The signed bytes of an entry.</summary>
    internal static byte[] EncodeHeader(
        RoomId room, PeerId author, int seq, EntryHash previous, ImmutableArray<EntryRef> after, HybridClock clock,
        ReadOnlySpan<byte> nonce, PeerId recipient, EntryHash bodyHash)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(384);
        var writer = new MessagePackWriter(buffer);
        writer.WriteRaw(Domain.Entry);
        writer.WriteArrayHeader(9);
        writer.WriteRoom(room);
        writer.WritePeer(author);
        writer.Write(seq);
        writer.WriteHash(previous);
        writer.WriteArrayHeader(after.Length);
        foreach (var parent in after) writer.WriteEntryRef(parent);
        writer.Write(clock.Value);
        writer.Write(nonce);
        writer.WritePeer(recipient);
        writer.WriteHash(bodyHash);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static bool TryDecodeHeader(
        ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> signature, ReadOnlyMemory<byte> body, [NotNullWhen(true)] out Entry? entry,
        out Rejection rejection)
    {
        entry = null;
        var reader = new WireReader(header[Domain.Entry.Length..]);
        reader.Array(9);
        var room = reader.Room();
        var author = reader.Peer();
        var seq = reader.Int(1, Limits.MaxSeq);
        var previous = reader.Hash();
        reader.Require(previous.IsNone == (seq == 1), Rejection.Inconsistent);
        var after = ReadParents(ref reader, author);
        var clock = new HybridClock(reader.Unsigned());
        var nonce = reader.Bytes(EntrySeal.NonceBytes);
        var recipient = reader.Peer();
        var bodyHash = reader.Hash();
        if (reader.IsOk && !body.IsEmpty) reader.Require(Digest.Of(body.Span) == bodyHash, Rejection.BadHash);
        if (!reader.Finish(out rejection)) return false;
        entry = new Entry
        {
            Room = room,
            Author = author,
            Seq = seq,
            Previous = previous,
            After = after,
            Clock = clock,
            Nonce = nonce,
            Recipient = recipient,
            BodyHash = bodyHash,
            Header = header,
            Signature = signature,
            Body = body,
            Hash = Digest.Of(header.Span),
        };
        return true;
    }

    private static ImmutableArray<EntryRef> ReadParents(ref WireReader reader, PeerId author)
    {
        var count = reader.AnyArray(Limits.MaxParents);
        if (count == 0) return [];
        var after = ImmutableArray.CreateBuilder<EntryRef>(count);
        for (var i = 0; i < count && reader.IsOk; i++)
        {
            var parent = reader.EntryRef();
            reader.Require(i == 0 || parent.Author > after[i - 1].Author, Rejection.Inconsistent);
            reader.Require(parent.Author != author, Rejection.Inconsistent);
            after.Add(parent);
        }
        return reader.IsOk ? after.MoveToImmutable() : [];
    }
}
