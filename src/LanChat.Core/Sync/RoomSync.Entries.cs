using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>Entries that come in, pushed or in answer to a want, and go out.</summary>
internal sealed partial class RoomSync
{
    /// <summary>How long what came of an answer waits for more of it, to be checked together.</summary>
    private static readonly TimeSpan AnswerDelay = TimeSpan.FromMilliseconds(200);

    private TimeSpan? _nextAnswerCheck;

    private void HandleEntries(SyncPartner partner, EntriesMessage message)
    {
        OpenWant? open = null;
        if (message.WantId != 0 && partner.Wants.TryGetValue(message.WantId, out open))
        {
            open.Add(message.Entries, context.Now.Monotonic);
            if (message.IsLast || open.WaitingBytes >= WantBytes) TakeAnswer(partner, open);
            else _nextAnswerCheck ??= context.Now.Monotonic + AnswerDelay;
            if (message.IsLast) CloseWant(partner, message.WantId, open);
        }
        else
        {
            var taken = room.Intake.Accept(message.Entries);
            Took(partner, taken);
            if (message.WantId == 0 && taken.Count > 0)
            {
                _summaries.Note();
                Forward(partner, taken);
            }
        }

        if (message is not { WantId: not 0, IsLast: true }) return;
        AskFor(partner);
        if (open is { Bodies.IsEmpty: false }) BodiesCame(partner, open);
    }

    private void Took(SyncPartner partner, List<Entry> taken)
    {
        foreach (var entry in taken) partner.ReceiptsDue.Add(entry.Author);
        if (taken.Count == 0) return;
        parts.Store.AfterCommit(() => _nextReceipts ??= context.Now.Monotonic + ReceiptDelay);
        Changed();
        room.Display.Pump();
        room.Feed.EntriesArrived(taken, isOwn: false);
    }

    private void TakeAnswer(SyncPartner partner, OpenWant want)
    {
        var taken = room.Intake.Accept(want.TakeWaiting(), isLent: false);
        want.Progress(taken.Count, context.Now.Monotonic);
        Took(partner, taken);
    }

    /// <summary>Takes what waits of everything this member was asked for: no more will come.</summary>
    private void TakeAnswers(SyncPartner partner)
    {
        foreach (var want in partner.Wants.Values) TakeAnswer(partner, want);
    }

    /// <summary>Takes what has waited long enough for the rest of its answer.</summary>
    private void TakeAnswers(TimeSpan now)
    {
        _nextAnswerCheck = null;
        foreach (var partner in _partners.Values)
        {
            foreach (var want in partner.Wants.Values)
            {
                if (want.WaitingSince is not { } since) continue;
                if (since + AnswerDelay <= now) TakeAnswer(partner, want);
                else _nextAnswerCheck = Earliest(_nextAnswerCheck, since + AnswerDelay);
            }
        }
    }

    /// <summary>
    /// Passes on what its author sent here to members the author is not linked to, when no common neighbour of the two has a lesser id.
    /// </summary>
    private void Forward(SyncPartner from, List<Entry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Author != from.Session.PeerId || !room.Intake.IsProvable(entry)) continue;
            foreach (var other in _partners.Values)
            {
                if (other == from || !IsDirect(other.Session) || from.Neighbours.Contains(other.Session.PeerId)) continue;
                if (!IsLeastCommonNeighbour(from, other) || !parts.Shelf.TryGet(entry.Hash, out var encoded)) continue;
                context.Count("sent-entries-of-others");
                PushTo(other, entry, encoded);
            }
        }
    }

    private void SendEntries(SyncPartner partner, int wantId, ImmutableArray<ReadOnlyMemory<byte>> encoded)
    {
        var batch = new List<(Entry Entry, ReadOnlyMemory<byte> Encoded)>();
        var bytes = 0;
        foreach (var one in encoded)
        {
            if (one.IsEmpty || !EntryCodec.TryDecode(one, out var entry, out _)) continue;
            batch.Add((entry, one));
            bytes += one.Length;
            if (bytes < MessageBytes && batch.Count < Limits.MaxEntriesPerMessage) continue;
            SendBatch(partner, wantId, batch, isLast: false);
            bytes = 0;
        }

        SendBatch(partner, wantId, batch, isLast: true);
    }

    private void SendBatch(SyncPartner partner, int wantId, List<(Entry Entry, ReadOnlyMemory<byte> Encoded)> batch, bool isLast)
    {
        room.Intake.DropUnprovable(batch, isEach: false);
        SendProfiles(partner, batch.Select(one => one.Entry.Author).ToHashSet());
        Send(partner.Session, new EntriesMessage(default, wantId, isLast, [.. batch.Select(one => one.Encoded)]));
        batch.Clear();
    }

    private bool IsLeastCommonNeighbour(SyncPartner from, SyncPartner to)
    {
        foreach (var candidate in from.Neighbours)
        {
            if (candidate < context.Self && to.Neighbours.Contains(candidate)) return false;
        }

        return true;
    }
}
