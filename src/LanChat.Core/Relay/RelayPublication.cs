using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// Takes entries in: checks them, holds those whose predecessor or parents are missing, hands the rest to be stamped. Every refusal is told
/// to the publisher and counted; nothing of a stream is dropped without a word (PROTOCOL.md, section 11).
/// </summary>
internal sealed class RelayPublication(RelayContext context, RelayStamping stamping, RelayBans bans)
{
    /// <summary>How long an entry waits before its missing parents are waived, or its missing predecessor is an error.</summary>
    public static readonly TimeSpan HoldTime = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long an entry waits at most for one that has come and waits itself: that one is not missing, its turn only has not come yet. The bound
    /// is for an author who strings entries together that never come to an end.
    /// </summary>
    public static readonly TimeSpan MaxHoldTime = TimeSpan.FromSeconds(30);

    /// <summary>How long the publisher has to supply what is missing before other subscribers are asked.</summary>
    public static readonly TimeSpan AskOthersAfter = TimeSpan.FromSeconds(1);

    /// <summary>Others asked for what is missing.</summary>
    private const int AskedOthers = 4;

    /// <summary>Entries with a clock this much older than now are catching up, which is limited in bytes alone.</summary>
    private const long RecentMilliseconds = 30_000;

    private static readonly TimeSpan RetryAfterFull = TimeSpan.FromSeconds(1);

    private readonly List<Candidate> _candidates = [];
    private readonly Dictionary<PeerId, Profile> _profiles = [];
    private readonly HashSet<EntryRef> _missing = [];

    /// <summary>Takes what one frame of a client publishes to one room.</summary>
    public void Publish(RelayClient client, RelayRoom room, ReadOnlySpan<PublishMessage> messages)
    {
        _candidates.Clear();
        _profiles.Clear();
        foreach (var message in messages)
        {
            ReadProfiles(client, message.Profiles);
            if (!ReadEntries(client, room, message.Entries)) break;
        }
        DropForged(client, room);
        foreach (var candidate in _candidates)
            Place(new HeldEntry(candidate.Entry, candidate.Encoded, client, context.Now.Monotonic) { Profile = candidate.Profile }, room);
        AskFor(room, client);
    }

    /// <summary>Asks others, waives parents and refuses what has no predecessor, as time goes.</summary>
    public void Tick(RelayRoom room)
    {
        var now = context.Now.Monotonic;
        if (room.Hold.Oldest is not { } oldest || now - oldest.Since < AskOthersAfter) return;
        foreach (var held in room.Hold.All())
        {
            if (!room.Hold.Contains(held.Entry.Hash)) continue;
            if (now - held.Since >= MaxHoldTime || (now - held.Since >= HoldTime && !IsAnyOfMissingHeld(room, held))) GiveUp(room, held);
            else if (now - held.Since >= AskOthersAfter && !held.OthersAsked) AskOthers(room, held);
        }
    }

    private static bool IsAnyOfMissingHeld(RelayRoom room, HeldEntry held) =>
        held.Missing.Exists(missing => room.Hold.Contains(missing.Author, missing.Seq));

    private void ReadProfiles(RelayClient client, ImmutableArray<ReadOnlyMemory<byte>> profiles)
    {
        foreach (var encoded in profiles)
        {
            if (!client.Requests.TryTake(0.2, context.Now.Monotonic))
            {
                context.Counters.Drop("profile-rate");
                return;
            }
            if (Profile.TryDecode(encoded, context.Crypto, out var profile, out var rejection)) _profiles[profile.Id] = profile;
            else Offend(client, "profile-" + rejection);
        }
    }

    /// <summary>Decodes and looks at each entry by itself; false when the rest has to come again later.</summary>
    private bool ReadEntries(RelayClient client, RelayRoom room, ImmutableArray<ReadOnlyMemory<byte>> entries)
    {
        var now = context.Now.Monotonic;
        if (now < client.ThrottledUntil)
        {
            // Each room that something is not taken of is told: the client counts by rooms what is under way.
            context.Counters.Drop("throttled");
            context.Refuse(client, RelayErrors.RetryAfter, "Still more than this relay takes.", room.Id, retryAfter: client.ThrottledUntil - now);
            return false;
        }
        foreach (var encoded in entries)
        {
            if (!EntryCodec.TryDecode(encoded, out var entry, out var rejection))
            {
                Offend(client, "entry-" + rejection);
                var code = rejection == Rejection.TooLong ? RelayErrors.TooLarge : RelayErrors.Malformed;
                context.Refuse(client, code, $"An entry was not taken: {rejection}. At most {Limits.MaxEntryBytes} bytes are.", room.Id);
                continue;
            }
            if (!MayPublish(client, room, entry, encoded.Length)) return false;
            if (IsNew(client, room, entry, out var profile)) _candidates.Add(new Candidate(entry, encoded, profile));
        }
        return true;
    }

    private bool MayPublish(RelayClient client, RelayRoom room, Entry entry, int size)
    {
        var now = context.Now;
        var isRecent = entry.Clock.Milliseconds > now.UtcMilliseconds - RecentMilliseconds;
        var wait = client.Bytes.Wait(now.Monotonic);
        var limit = $"{context.Options.BytesPerSecond} bytes of entries a second";
        if (isRecent && client.Entries.Wait(now.Monotonic) is var entryWait && entryWait > wait)
            (wait, limit) = (entryWait, $"{context.Options.EntriesPerSecond} entries a second");
        if (context.Counters.HeldBytes + context.Counters.WaitingBytes > context.Options.MaxHeldBytes)
            (wait, limit) = (RetryAfterFull, $"{context.Options.MaxHeldBytes} bytes of entries waiting in all");
        if (wait > TimeSpan.Zero)
        {
            // A pause long enough to be worth it: everything from the refused entry on travels again.
            var worth = TimeSpan.FromSeconds(Math.Min(1, (double)context.Options.EntriesBurst / context.Options.EntriesPerSecond));
            if (wait < worth) wait = worth;
            client.ThrottledUntil = now.Monotonic + wait;
            context.Refuse(client, RelayErrors.RetryAfter, $"More than this relay takes: {limit}. Send again from this entry on.", room.Id, entry.Hash, wait);
            return false;
        }
        client.Bytes.Take(size, now.Monotonic);
        if (isRecent) client.Entries.Take(1, now.Monotonic);
        return true;
    }

    private bool IsNew(RelayClient client, RelayRoom room, Entry entry, out Profile profile)
    {
        profile = null!;
        if (entry.Room != room.Id)
        {
            Offend(client, "misdirected");
            context.Refuse(client, RelayErrors.Forged, "The entry is of another room.", room.Id, entry.Hash);
            return false;
        }
        if (room.Index.Find(entry.Hash) > 0 || room.Hold.Contains(entry.Hash))
        {
            context.Counters.Drop("duplicate");
            return false;
        }
        if (bans.IsBanned(entry.Author))
        {
            context.Refuse(client, RelayErrors.Banned, "The entry's author is banned here.", room.Id, entry.Hash);
            return false;
        }
        var author = room.Index.FindAuthor(entry.Author);
        if (author is not null && entry.Seq <= author.FloorSeq)
        {
            context.Counters.Drop("trimmed");
            return false;
        }
        if (FindProfile(entry.Author, author) is not { } known)
        {
            context.Refuse(client, RelayErrors.UnknownAuthor, "The author's profile is not known here: send it along.", room.Id, entry.Hash);
            return false;
        }
        profile = known;
        return true;
    }

    private Profile? FindProfile(PeerId id, AuthorLog? author)
    {
        var known = author?.Profile ?? (context.Clients.TryGetValue(id, out var client) ? client.Profile : null);
        return _profiles.TryGetValue(id, out var brought) && (known is null || brought.Version > known.Version) ? brought : known;
    }

    /// <summary>
    /// Checks signatures. What an author brings of its own is checked by runs: the last signature proves the hashes before it. Others' entries are
    /// checked one by one, or their bringer could slip wrong signatures under an author's entries.
    /// </summary>
    private void DropForged(RelayClient client, RelayRoom room)
    {
        for (var i = 0; i < _candidates.Count;)
        {
            var end = i + 1;
            if (_candidates[i].Entry.Author == client.Id)
                while (end < _candidates.Count && Follows(_candidates[end - 1].Entry, _candidates[end].Entry)) end++;
            if (IsSigned(_candidates[end - 1]))
            {
                i = end;
                continue;
            }
            var last = end - 1;
            for (var j = last; j >= i; j--)
            {
                if (j < last && IsSigned(_candidates[j])) continue;
                Offend(client, "forged");
                context.Refuse(client, RelayErrors.Forged, "The entry's signature does not hold.", room.Id, _candidates[j].Entry.Hash);
                _candidates.RemoveAt(j);
                end--;
            }
            i = end;
        }
    }

    private static bool Follows(Entry entry, Entry next) => next.Author == entry.Author && next.Seq == entry.Seq + 1 && next.Previous == entry.Hash;

    private bool IsSigned(in Candidate candidate) => context.Crypto.Verify(
        candidate.Profile.SigningKey.Span, candidate.Entry.Header.Span, candidate.Entry.Signature.Span);

    /// <summary>Stamps an entry, and then those that waited for it, or holds it.</summary>
    private void Place(HeldEntry first, RelayRoom room)
    {
        var ready = new Queue<HeldEntry>();
        if (Examine(first, room)) ready.Enqueue(first);
        while (ready.TryDequeue(out var held))
        {
            stamping.Stamp(room, held);
            foreach (var waiting in room.Hold.Arrived(held.Entry.Ref))
            {
                if (!room.Hold.Contains(waiting.Entry.Hash) || waiting.Missing.Count > 0) continue;
                Release(room, waiting);
                if (Examine(waiting, room)) ready.Enqueue(waiting);
            }
        }
    }

    /// <summary>Whether the entry may be stamped now; otherwise it is held or refused.</summary>
    private bool Examine(HeldEntry held, RelayRoom room)
    {
        var entry = held.Entry;
        held.Missing.Clear();
        var author = room.Index.Author(entry.Author);
        if (author.Position(entry.Seq) > 0 || IsForked(room, author, entry))
        {
            if (room.Index.Find(entry.Hash) > 0) return false;
            context.Refuse(held.Publisher, RelayErrors.Fork, "Another entry has this place in the author's chain.", room.Id, entry.Hash);
            return false;
        }
        if (entry.Seq > 1 && author.Position(entry.Seq - 1) == 0 && author.FloorSeq < entry.Seq - 1 && !held.IsPredecessorPruned)
            held.Missing.Add(new EntryRef(entry.Author, entry.Seq - 1, entry.Previous.Prefix));
        if (!held.AreParentsWaived && !room.Shown.ContainsKey(entry.Hash)) FindMissingParents(held, room);
        if (held.Missing.Count == 0 || context.Options.Guards.StampOutOfOrder) return true;
        Hold(held, room);
        return false;
    }

    private static bool IsForked(RelayRoom room, AuthorLog author, Entry entry)
    {
        var before = author.Position(entry.Seq - 1);
        if (before > 0 && room.Index[before].Hash != entry.Previous) return true;
        if (author.FloorSeq > 0 && author.FloorSeq == entry.Seq - 1 && author.FloorHash != entry.Previous) return true;
        return author.PredecessorOfNext(entry.Seq) is { IsNone: false } expected && expected != entry.Hash;
    }

    private void FindMissingParents(HeldEntry held, RelayRoom room)
    {
        foreach (var parent in held.Entry.After)
        {
            var author = room.Index.FindAuthor(parent.Author);
            var position = author?.Position(parent.Seq) ?? 0;
            if (position > 0) held.IsWaived |= room.Index[position].Hash.Prefix != parent.HashPrefix;
            else if (author is not null && author.FloorSeq >= parent.Seq) continue;
            else if (bans.IsBanned(parent.Author)) held.IsWaived = true;
            else held.Missing.Add(parent);
        }
    }

    private void Hold(HeldEntry held, RelayRoom room)
    {
        var (client, options) = (held.Publisher, context.Options);
        if (room.Hold.Contains(held.Entry.Author, held.Entry.Seq)
            || client.HeldEntries >= options.MaxHeldEntriesPerClient
            || client.HeldBytes + held.Encoded.Length > options.MaxHeldBytesPerClient)
        {
            context.Refuse(
                client, RelayErrors.RetryAfter, $"More than {options.MaxHeldEntriesPerClient} entries or {options.MaxHeldBytesPerClient} bytes wait for their "
                + "parents. Send the parents, then this again.", room.Id, held.Entry.Hash, RetryAfterFull);
            return;
        }
        held.Detach();
        room.Hold.Add(held);
        context.IsWaiting = true;
        client.HeldEntries++;
        client.HeldBytes += held.Encoded.Length;
        context.Counters.HeldEntries++;
        context.Counters.HeldBytes += held.Encoded.Length;
        foreach (var missing in held.Missing)
            if (!room.Hold.Contains(missing.Author, missing.Seq)) _missing.Add(missing);
    }

    private void Release(RelayRoom room, HeldEntry held)
    {
        room.Hold.Remove(held);
        held.Publisher.Release(held, context.Counters);
    }

    /// <summary>Asks the publisher for what is still missing after its frame.</summary>
    private void AskFor(RelayRoom room, RelayClient client)
    {
        _missing.RemoveWhere(missing => room.Index.Find(missing.Author, missing.Seq) > 0 || room.Hold.Contains(missing.Author, missing.Seq));
        if (_missing.Count > 0) context.Send(client, room.Id, new RelayWantMessage(room.Id, [.. _missing.Take(Limits.MaxEntriesPerMessage)]));
        _missing.Clear();
    }

    private void AskOthers(RelayRoom room, HeldEntry held)
    {
        held.OthersAsked = true;
        var missing = held.Missing.Where(missing => !room.Hold.Contains(missing.Author, missing.Seq)).ToImmutableArray();
        if (missing.IsEmpty) return;
        var others = room.Subscriptions.Where(other => other.Client != held.Publisher).Select(other => other.Client).ToList();

        // The author of what is missing has it most likely; the rest are asked in turn, so that no one answers for everybody.
        others.Sort((left, right) => missing.Any(entry => entry.Author == right.Id).CompareTo(missing.Any(entry => entry.Author == left.Id)));
        foreach (var other in others.Take(AskedOthers)) context.Send(other, room.Id, new RelayWantMessage(room.Id, missing));
    }

    /// <summary>A parent nobody supplies is waived; a missing predecessor only where the publisher itself has pruned it.</summary>
    private void GiveUp(RelayRoom room, HeldEntry held)
    {
        var entry = held.Entry;
        Release(room, held);
        var lacksPredecessor = held.Missing.Exists(missing => missing.Author == entry.Author);
        var floor = held.Publisher.Subscriptions.GetValueOrDefault(room.Id)?.Floors.GetValueOrDefault(entry.Author) ?? 0;
        if (lacksPredecessor && floor != entry.Seq)
        {
            context.Refuse(held.Publisher, RelayErrors.Gap, $"Entry {entry.Seq - 1} of its author is not here and nobody brought it.", room.Id, entry.Hash);
            return;
        }
        held.IsPredecessorPruned = lacksPredecessor;
        held.IsWaived |= held.Missing.Exists(missing => missing.Author != entry.Author);
        held.AreParentsWaived = true;
        Place(held, room);
    }

    private void Offend(RelayClient client, string reason)
    {
        context.Counters.Drop(reason);
        client.Offences++;
    }

    private readonly record struct Candidate(Entry Entry, ReadOnlyMemory<byte> Encoded, Profile Profile);
}
