using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>
/// The door of a room: decodes, checks and takes entries that others pass on. What is taken is in the log, in this turn's store batch and
/// on the shelf; what is not is counted under the reason.
/// </summary>
internal sealed class RoomIntake(NodeContext context, StoreQueue store, EntryShelf shelf, People people, ChatRoom room)
{
    private readonly Dictionary<PeerId, (EntryHash Expected, int Seq)> _proven = new();

    /// <summary>Takes what holds and is new. The order of the list is kept: oldest first.</summary>
    /// <param name="encoded">The more of one author's run come together, the fewer signatures are checked.</param>
    /// <param name="isLent">Whether the bytes are a frame's, lent for the turn, and have to be copied.</param>
    /// <param name="hashes">Gets the hash of each that can be decoded, taken or not; none for the others.</param>
    public List<Entry> Accept(ImmutableArray<ReadOnlyMemory<byte>> encoded, bool isLent = true, Span<EntryHash> hashes = default)
    {
        var candidates = Decode(encoded, isLent, hashes);
        var flags = CheckSignatures(candidates);
        var taken = new List<Entry>();
        for (var i = 0; i < candidates.Count; i++)
        {
            if (flags[i] is { } known && Take(candidates[i].Entry, candidates[i].Encoded, known)) taken.Add(candidates[i].Entry);
        }

        return taken;
    }

    /// <summary>Takes an entry this client has just written.</summary>
    public void AcceptOwn(Entry entry, EntryBody body)
    {
        var encoded = EntryCodec.Encode(entry);
        Take(entry, encoded, EntryFlags.SignatureChecked | EntryFlags.Unsent, body);
    }

    private List<(Entry Entry, ReadOnlyMemory<byte> Encoded)> Decode(
        ImmutableArray<ReadOnlyMemory<byte>> encoded, bool isLent, Span<EntryHash> hashes)
    {
        var result = new List<(Entry, ReadOnlyMemory<byte>)>(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
        {
            var own = isLent ? encoded[i].ToArray() : encoded[i];
            if (!EntryCodec.TryDecode(own, out var entry, out var rejection))
            {
                context.Count("entry", rejection);
                continue;
            }

            if (!hashes.IsEmpty) hashes[i] = entry.Hash;
            if (!IsOfThisRoom(entry)) context.Count("entry", Rejection.Misdirected);
            else if (IsHeld(entry) && !context.Guards.SkipDeduplication) context.Count("entry-duplicate");
            else result.Add((entry, own));
        }

        return result;
    }

    private bool IsHeld(Entry entry) =>
        room.Log.TryGet(entry.Hash, out var info) && (entry.IsBodyDropped || !info.Flags.HasFlag(EntryFlags.BodyDropped) || room.Meaning.IsDeleted(entry.Hash));

    private bool IsOfThisRoom(Entry entry)
    {
        if (entry.Room != room.Id) return context.Guards.SkipRoomCheck;
        if (room.Secret.Kind != RoomKind.Direct) return entry.Recipient.IsNone;
        return (entry.Author == context.Self && entry.Recipient == room.Other) || (entry.Author == room.Other && entry.Recipient == context.Self);
    }

    /// <summary>
    /// Leaves out what others could not check: of what is to be passed on, an entry whose own signature was never looked at, having been proven
    /// by the one after it, is looked at where that one does not come with it (PROTOCOL.md, section 7). Who slipped it in with a wrong signature
    /// would else make its next bearer look like the forger.
    /// </summary>
    /// <param name="entries">Of one message.</param>
    /// <param name="isEach">Whether the receiver checks every entry of others by itself, as a relay does.</param>
    public void DropUnprovable(List<(Entry Entry, ReadOnlyMemory<byte> Encoded)> entries, bool isEach)
    {
        _proven.Clear();
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            var entry = entries[i].Entry;
            if ((isEach || !IsProvenByLast(entry)) && !IsProvable(entry)) entries.RemoveAt(i);
            else _proven[entry.Author] = (entry.Previous, entry.Seq);
        }
    }

    /// <summary>Whether a held entry's own signature holds; looked at once.</summary>
    public bool IsProvable(Entry entry)
    {
        if (!room.Log.TryGet(entry.Hash, out var info) || info.Flags.HasFlag(EntryFlags.SignatureChecked)) return true;
        if (!IsSigned(entry)) return false;
        room.Log.SetFlags(entry.Hash, EntryFlags.SignatureChecked);
        store.WriteFlags(room.Id, entry.Hash, info.Flags | EntryFlags.SignatureChecked);
        return true;
    }

    /// <summary>
    /// Per candidate the flags it has earned, or null when it is refused. From the last to the first: an entry that a checked one names as
    /// its predecessor is proven by it, so that a run costs one signature (PROTOCOL.md, section 7).
    /// </summary>
    private EntryFlags?[] CheckSignatures(List<(Entry Entry, ReadOnlyMemory<byte> Encoded)> candidates)
    {
        _proven.Clear();
        var result = new EntryFlags?[candidates.Count];
        for (var i = candidates.Count - 1; i >= 0; i--)
        {
            var entry = candidates[i].Entry;
            if (IsProvenByLast(entry) || room.Log.IsProvenByNext(entry)) result[i] = EntryFlags.None;
            else if (IsSigned(entry)) result[i] = EntryFlags.SignatureChecked;
            else continue;
            _proven[entry.Author] = (entry.Previous, entry.Seq);
        }

        return result;
    }

    private bool IsProvenByLast(Entry entry) =>
        _proven.TryGetValue(entry.Author, out var next) && next.Expected == entry.Hash && next.Seq == entry.Seq + 1;

    private bool IsSigned(Entry entry)
    {
        if (!people.TryGet(entry.Author, out var profile))
        {
            context.Count("entry-author-unknown");
            return false;
        }

        if (EntryProof.VerifySignature(context.Crypto, entry, profile.SigningKey.Span) || context.Guards.SkipSignatureCheck) return true;
        context.Count("entry", Rejection.BadSignature);
        return false;
    }

    private bool Take(Entry entry, ReadOnlyMemory<byte> encoded, EntryFlags flags, EntryBody? known = null)
    {
        if (entry.IsBodyDropped) flags |= EntryFlags.BodyDropped;
        var body = known ?? (entry.IsBodyDropped ? null : EntrySeal.Open(room.Secret, entry));
        var kind = body is null ? EntryKinds.Unreadable : EntryKinds.Of(body);
        var outcome = room.Log.Add(entry, kind, flags, context.Now);
        if (outcome.Result == AddResult.BodyFilled)
        {
            room.Log.FillBody(entry.Hash, kind, entry.Size, room.Display.IsAboutToShow(entry.Hash), context.Now.Monotonic);
            shelf.Remove(entry.Hash);
        }
        foreach (var victim in outcome.Dropped)
        {
            store.Write(new RemoveEntry(room.Id, victim));
            shelf.Remove(victim);
            room.Meaning.Forget([victim]);
            room.Display.Dropped(victim);
            context.Count("entry-past-gap-dropped");
        }

        if (outcome.Result is not (AddResult.Added or AddResult.BodyFilled))
        {
            context.Count($"entry-{(outcome.Result == AddResult.Refused ? outcome.Refusal.ToString() : "duplicate")}");
            return false;
        }

        people.Keep(entry.Author);
        store.Write(new PutEntry(room.Id, entry, encoded, kind, flags));
        shelf.Put(entry.Hash, encoded);
        if (body is not null)
        {
            room.Meaning.Feed(entry.Hash, body);
            room.Display.Opened(entry.Hash, body);
            if (body is DeleteBody { Target: var target } && room.Meaning.IsDeleted(target)) room.Log.BodyWasDropped(target);
        }
        else if (room.Meaning.IsDeleted(entry.Hash))
        {
            room.Log.BodyWasDropped(entry.Hash);
        }
        else
        {
            room.Sync.CameWithoutBody(entry.Hash);
        }

        return true;
    }
}
