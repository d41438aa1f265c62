using System.Collections.Immutable;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core;

/// <content>
/// Bodies that were left out. An entry travels without its body once its author has taken it back; a member can pass on any entry like that, and digests
/// say no more than that it is held. So what came without a body, and is not taken back by what came after it, is asked for from one member after the
/// other, whatever way leads to them (PROTOCOL.md, section 9). What nobody has must not stand in the way of what somebody has: of each member everything
/// is asked once, and again only after a pause.
/// </content>
internal sealed partial class RoomSync
{
    /// <summary>
    /// How long the delete may take to come, or the body from elsewhere: well before what waits for it to be shown is shown anyway. As long passes
    /// between two questions.
    /// </summary>
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
    public void BodiesLoaded() => ForgetWhatIsNotMissing();

    /// <summary>Something may be asked for shortly: there is another entry, or another member.</summary>
    private void ExpectBodies()
    {
        var soon = context.Now.Monotonic + BodyDelay;
        if (_withoutBody.Count > 0 && (_nextBodies is null || _nextBodies > soon || _nextBodies <= context.Now.Monotonic)) _nextBodies = soon;
    }

    /// <summary>Asks one member: of those that have not been asked for something yet, the one that has left the fewest wants unanswered.</summary>
    private void AskForBodies(TimeSpan now)
    {
        _nextBodies = null;
        ForgetWhatIsNotMissing();
        if (_withoutBody.Count == 0) return;
        foreach (var partner in _partners.Values.OrderBy(partner => partner.Unanswered).ThenBy(partner => partner.Session.PeerId))
        {
            partner.RenewBodies(now);

            // Who is answering brings bodies, or deletes, or keeps only itself from being asked.
            var lines = partner.Wants.Count > 0 ? [] : LinesWithoutBody(partner, out _);
            if (lines.IsEmpty)
            {
                if (partner.BodiesAgainAt is { } again && (_nextBodies is null || again < _nextBodies)) _nextBodies = again;
                continue;
            }

            AskForBodies(partner, now);
            _nextBodies = now + BodyDelay;
            return;
        }

        if (_partners.Values.Any(partner => partner.Wants.Count > 0) || _nextBodies < now + BodyDelay) _nextBodies = now + BodyDelay;
    }

    private void AskForBodies(SyncPartner partner, TimeSpan now)
    {
        var lines = LinesWithoutBody(partner, out var asked);
        partner.AskedForBodies(asked, now);
        var id = ++_lastWantId;
        partner.Wants[id] = new OpenWant(lines, now) { Bodies = asked };
        _nextWantCheck ??= now + WantTimeout;
        context.Count("bodies-asked-for");
        Send(partner.Session, new WantMessage(default, id, lines, WantBytes));
    }

    /// <summary>Who had some may have more: an answer has a greatest length.</summary>
    private void BodiesCame(SyncPartner partner, OpenWant want)
    {
        if (!want.Bodies.Any(IsNotMissing)) return;
        partner.MayAskForBodiesAgain(want.Bodies);
        _nextBodies = context.Now.Monotonic;
    }

    private void ForgetWhatIsNotMissing()
    {
        foreach (var entry in _withoutBody.Where(IsNotMissing).ToList())
        {
            _withoutBody.Remove(entry);
            room.Log.BodyWasDropped(entry);
        }
    }

    private bool IsNotMissing(EntryHash entry) =>
        !room.Log.TryGet(entry, out var info) || !info.Flags.HasFlag(EntryFlags.BodyDropped) || room.Meaning.IsDeleted(entry);

    /// <summary>As much as one want holds of what a member was not asked for yet, and which entries that is.</summary>
    private ImmutableArray<WantLine> LinesWithoutBody(SyncPartner partner, out ImmutableArray<EntryHash> asked)
    {
        var seqs = new SortedDictionary<PeerId, SortedDictionary<int, EntryHash>>();
        foreach (var entry in _withoutBody)
        {
            if (partner.BodiesAsked.Contains(entry) || !room.Log.TryGet(entry, out var info)) continue;
            if (!seqs.TryGetValue(info.Author, out var ofAuthor)) seqs.Add(info.Author, ofAuthor = []);
            ofAuthor[info.Seq] = entry;
        }

        var lines = ImmutableArray.CreateBuilder<WantLine>(seqs.Count);
        foreach (var (author, ofAuthor) in seqs)
        {
            ImmutableArray<SeqRange> ranges = [];
            foreach (var seq in ofAuthor.Keys) ranges = SeqRanges.With(ranges, seq);
            lines.Add(new WantLine(author, ranges));
        }

        var fitting = SeqRanges.Fitting(lines.ToImmutable());
        asked = [.. fitting.SelectMany(line => seqs[line.Author].Where(pair => SeqRanges.Contains(line.Ranges, pair.Key)).Select(pair => pair.Value))];
        return fitting;
    }
}
