using System.Collections.Immutable;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core;

/// <content>
/// Bodies that were left out. An entry travels without its body once its author has taken it back; a member can pass on any entry like that, and digests
/// say no more than that it is held. So what came without a body, and is not taken back by what came after it, is asked for from one member after the
/// other, whatever way leads to them (PROTOCOL.md, section 9).
/// </content>
internal sealed partial class RoomSync
{
    /// <summary>How long the delete may take to come, or the body from elsewhere: well before what waits for it to be shown is shown anyway.</summary>
    private static readonly TimeSpan BodyDelay = TimeSpan.FromSeconds(1);

    private readonly HashSet<EntryHash> _withoutBody = [];
    private TimeSpan? _nextBodies;

    private TimeSpan? NextBodies => _partners.Count > 0 ? _nextBodies : null;

    /// <summary>An entry is held without its body, and nothing is known yet of why.</summary>
    public void CameWithoutBody(EntryHash entry)
    {
        _withoutBody.Add(entry);
        ExpectBodies();
    }

    /// <summary>The room's history is loaded: which of its entries were taken back is known now.</summary>
    public void BodiesLoaded()
    {
        foreach (var entry in _withoutBody.Where(IsNotMissing)) room.Log.BodyWasDropped(entry);
    }

    private void ExpectBodies()
    {
        if (_withoutBody.Count > 0) _nextBodies ??= context.Now.Monotonic + BodyDelay;
    }

    /// <summary>Asks one member, of those whose turn it is the one that has left the fewest wants unanswered.</summary>
    private void AskForBodies(TimeSpan now)
    {
        _nextBodies = null;
        _withoutBody.RemoveWhere(IsNotMissing);
        if (_withoutBody.Count == 0) return;
        if (_partners.Values.Any(partner => partner.Wants.Count > 0))
        {
            // What is under way brings bodies, or deletes.
            _nextBodies = now + BodyDelay;
            return;
        }

        var asked = _partners.Values.Where(partner => partner.BodiesAt <= now).OrderBy(partner => partner.Unanswered).ThenBy(partner => partner.Session.PeerId)
            .FirstOrDefault();
        if (asked is not null) AskForBodies(asked, now);
        _nextBodies = _partners.Values.Min(partner => partner.BodiesAt);
        if (_nextBodies < now + BodyDelay) _nextBodies = now + BodyDelay;
    }

    private void AskForBodies(SyncPartner partner, TimeSpan now)
    {
        partner.BodiesAt = now + partner.BodiesPause;
        partner.BodiesPause = TimeSpan.FromTicks(Math.Min(2 * partner.BodiesPause.Ticks, SyncPartner.LongestBodiesPause.Ticks));
        var id = ++_lastWantId;
        var lines = SeqRanges.Fitting(LinesWithoutBody());
        partner.Wants[id] = new OpenWant(lines, now) { IsForBodies = true };
        _nextWantCheck ??= now + WantTimeout;
        context.Count("bodies-asked-for");
        Send(partner.Session, new WantMessage(default, id, lines, WantBytes));
    }

    /// <summary>Who had some may have more.</summary>
    private void BodiesCame(SyncPartner partner, OpenWant want)
    {
        if (want.Taken == 0) return;
        partner.BodiesPause = SyncPartner.ShortestBodiesPause;
        partner.BodiesAt = context.Now.Monotonic;
        _nextBodies = context.Now.Monotonic;
    }

    private bool IsNotMissing(EntryHash entry) =>
        !room.Log.TryGet(entry, out var info) || !info.Flags.HasFlag(EntryFlags.BodyDropped) || room.Meaning.IsDeleted(entry);

    private ImmutableArray<WantLine> LinesWithoutBody()
    {
        var seqs = new SortedDictionary<PeerId, List<int>>();
        foreach (var entry in _withoutBody)
        {
            if (!room.Log.TryGet(entry, out var info)) continue;
            if (!seqs.TryGetValue(info.Author, out var ofAuthor)) seqs.Add(info.Author, ofAuthor = []);
            ofAuthor.Add(info.Seq);
        }

        var lines = ImmutableArray.CreateBuilder<WantLine>(seqs.Count);
        foreach (var (author, ofAuthor) in seqs)
        {
            ofAuthor.Sort();
            ImmutableArray<SeqRange> ranges = [];
            foreach (var seq in ofAuthor) ranges = SeqRanges.With(ranges, seq);
            lines.Add(new WantLine(author, ranges));
        }

        return lines.ToImmutable();
    }
}
