using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>What the relay lacks goes to it, in the room's order, as much at a time as it may hold of one client.</summary>
internal sealed partial class RoomFeed
{
    /// <summary>Entries published and not yet ordered; the relay holds at most 256 of one client.</summary>
    private const int MaxUnacknowledged = 192;

    /// <summary>Bytes published and not yet ordered; the relay holds at most 1 MiB of one client.</summary>
    private const int MaxUnacknowledgedBytes = 512 * 1024;

    /// <summary>Bytes of entries and profiles in one publication, unless one entry alone is longer: with its profile it still fits a frame.</summary>
    private const int PublishBytes = 24 * 1024;

    /// <summary>Entries read at a time for publication.</summary>
    private const int SelectBytes = 128 * 1024;

    /// <summary>
    /// How long nothing published may be ordered or refused: longer than a relay holds anything for its parents. After that what it holds is asked
    /// for anew, so that no word of it that never came keeps the rest back for ever.
    /// </summary>
    private static readonly TimeSpan StallTime = TimeSpan.FromSeconds(40);

    private readonly Dictionary<EntryHash, int> _unacknowledged = new();
    private int _unacknowledgedBytes;
    private bool _isReading;
    private TimeSpan? _stalledAt;

    private bool HasMore { get; set; }

    private void HandleWant(RelayWantMessage want)
    {
        ImmutableArray<WantLine> lines = [.. want.Entries.GroupBy(e => e.Author).Select(g => new WantLine(
            g.Key, g.Select(e => new SeqRange(e.Seq, e.Seq)).Aggregate(ImmutableArray<SeqRange>.Empty, (all, one) => SeqRanges.Union(all, [one]))))];
        // It lacks what it asks for, whatever its digest said.
        foreach (var line in lines)
        {
            if (_held.TryGetValue(line.Author, out var held)) _held[line.Author] = held with { Ranges = SeqRanges.Subtract(held.Ranges, line.Ranges) };
        }

        PublishLines(lines);
    }

    private void PublishMissing()
    {
        if (!IsLive || !_hasDigest) return;
        PublishLines(room.Log.MissingAt([.. _held.Values]));
    }

    private void PublishLines(ImmutableArray<WantLine> lines)
    {
        HasMore = false;
        if (lines.IsEmpty || _isReading || _unacknowledgedBytes > MaxUnacknowledgedBytes || _unacknowledged.Count >= MaxUnacknowledged)
        {
            HasMore = !lines.IsEmpty;
            return;
        }
        var hashes = new List<EntryHash>();
        room.Log.Select(lines, hashes, SelectBytes, out var more);
        hashes.RemoveAll(hash => _unacknowledged.ContainsKey(hash) || room.Outbox.IsBeingStored(hash));
        if (hashes.Count > MaxUnacknowledged - _unacknowledged.Count)
        {
            hashes.RemoveRange(MaxUnacknowledged - _unacknowledged.Count, hashes.Count - (MaxUnacknowledged - _unacknowledged.Count));
            more = true;
        }
        HasMore = more;
        if (hashes.Count == 0) return;
        _isReading = true;
        parts.Shelf.Get(room.Id, [.. hashes], read =>
        {
            _isReading = false;
            if (!IsLive) return;
            var entries = new List<(Entry, ReadOnlyMemory<byte>)>();
            foreach (var encoded in read)
            {
                if (!encoded.IsEmpty && EntryCodec.TryDecode(encoded, out var entry, out _) && IsLacking(entry)) entries.Add((entry, encoded));
            }
            Publish(entries);
        });
    }

    private void Publish(List<(Entry Entry, ReadOnlyMemory<byte> Encoded)> entries)
    {
        room.Intake.DropUnprovable(entries, isEach: true);
        var from = 0;
        while (from < entries.Count)
        {
            var bytes = 0;
            var to = from;
            var profiles = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
            while (to < entries.Count && to - from < Limits.MaxEntriesPerMessage && profiles.Count < Limits.MaxProfilesPerMessage)
            {
                var (entry, encoded) = entries[to];
                var isIntroduced = parts.People.TryGet(entry.Author, out var profile) && !_profilesSent.Contains((entry.Author, profile.Version));
                bytes += encoded.Length + (isIntroduced ? profile!.Encoded.Length : 0);
                if (to > from && bytes > PublishBytes) break;
                to++;
                if (_unacknowledged.TryAdd(entry.Hash, encoded.Length)) _unacknowledgedBytes += encoded.Length;
                _stalledAt ??= context.Now.Monotonic + StallTime;
                if (isIntroduced && _profilesSent.Add((entry.Author, profile!.Version))) profiles.Add(profile.Encoded);
            }

            Send(new PublishMessage(room.Id, profiles.ToImmutable(), [.. entries.GetRange(from, to - from).Select(e => e.Encoded)]));
            from = to;
        }
    }

    private void Acknowledge(EntryHash hash)
    {
        Settle(hash);
        if (!room.Log.TryGet(hash, out var info)) return;
        var line = _held.GetValueOrDefault(info.Author) ?? new DigestLine(info.Author, 1, [], 0);
        _held[info.Author] = line with { Ranges = SeqRanges.With(line.Ranges, info.Seq) };
        if (info.Author == context.Self) room.Outbox.KeptByRelay(hash);
    }

    /// <summary>Whether it is neither on its way nor there, ordered since it was written or chosen to be read: what a relay has gets no second answer.</summary>
    private bool IsLacking(Entry entry) => !_unacknowledged.ContainsKey(entry.Hash)
        && (!_held.TryGetValue(entry.Author, out var line) || !SeqRanges.Contains(line.Ranges, entry.Seq));

    /// <summary>The relay has answered what was published.</summary>
    private void Settle(EntryHash hash)
    {
        if (!_unacknowledged.Remove(hash, out var bytes)) return;
        _unacknowledgedBytes -= bytes;
        _stalledAt = _unacknowledged.Count > 0 ? context.Now.Monotonic + StallTime : null;
    }

    private void ForgetUnacknowledged()
    {
        _unacknowledged.Clear();
        _unacknowledgedBytes = 0;
        _stalledAt = null;
    }

    private void AskForDigest()
    {
        _hasDigest = false;
        var lines = room.Log.Digest();
        for (var from = 0; from == 0 || from < lines.Length; from += SeqRanges.LinesPerMessage)
        {
            var to = Math.Min(lines.Length, from + SeqRanges.LinesPerMessage);
            Send(new RelayDigestMessage(room.Id, lines[from..to], WantsAnswer: to == lines.Length));
        }
    }

    private void StartOver()
    {
        context.Count("relay-publication-stalled");
        ForgetUnacknowledged();
        if (IsLive) AskForDigest();
    }
}
