using System.Collections.Immutable;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Simulation.Invariants;

/// <summary>The invariants of section 10 of the protocol, checked on what users were shown and nothing else.</summary>
internal sealed class Checks(
    Observer observer, ImmutableArray<ImmutableArray<int>> members, IReadOnlyDictionary<int, PeerId> ids, IReadOnlyList<(int One, int Two)> whispers,
    IReadOnlySet<int> gone, bool hasRelayLost, PeerId ignored)
{
    private static readonly string[] Rooms = ["#lobby", "#dev", "#secret"];

    /// <summary>Convergence, and nothing lost: what all have to agree on before the rest is checked; null when they do.</summary>
    public string? Agreement()
    {
        for (var room = 0; room < Rooms.Length; room++)
        {
            if (Agreement(Rooms[room], [.. members[room].Select(member => (member, Rooms[room]))]) is { } problem) return problem;
        }
        foreach (var (one, two) in whispers)
        {
            if (gone.Contains(one) || gone.Contains(two)) continue;
            if (Agreement("a direct room", [(one, "@" + ids[two]), (two, "@" + ids[one])]) is { } problem) return problem;
        }
        return null;
    }

    /// <summary>Everything else, once they agree.</summary>
    public string? Final()
    {
        foreach (var room in Rooms)
        {
            if (members[Array.IndexOf(Rooms, room)] is not [var first, ..]) continue;
            var order = observer.Transcript(first, room)!;
            if (Twice(room, order) is { } twice) return twice;
            if (Causality(room, order) is { } causality) return causality;
            if (Finality(room, order) is { } finality) return finality;
        }
        return null;
    }

    private string? Agreement(string name, ImmutableArray<(int Host, string Room)> who)
    {
        TranscriptEvent? first = null;
        foreach (var (host, room) in who)
        {
            if (observer.Transcript(host, room) is not { } own) return $"peer{host} has no {name}";
            first ??= own;
            if (Difference(first, own) is { } difference) return $"peer{who[0].Host} and peer{host} differ in {name}: {difference}";
            if (Lost(own, room, host) is { } lost) return lost;
        }
        return null;
    }

    private string? Difference(TranscriptEvent left, TranscriptEvent right)
    {
        var (ours, theirs) = (Counting(left), Counting(right));
        for (var i = 0; i < Math.Max(ours.Length, theirs.Length); i++)
        {
            if (i >= ours.Length || i >= theirs.Length) return $"{ours.Length} against {theirs.Length} entries";
            var (a, b) = (ours[i], theirs[i]);
            if (a.Id != b.Id) return $"at {i} {Describe(a)} against {Describe(b)}";
            if (a.Text != b.Text || a.Kind != b.Kind || a.IsEdited != b.IsEdited) return $"the content of {i}: {Describe(a)} against {Describe(b)}";
            if (!a.Reactions.ToHashSet().SetEquals(b.Reactions)) return $"the reactions to {Describe(a)}";
            if (a.Stamp != b.Stamp) return $"the stamp of {Describe(a)}: {a.Stamp} against {b.Stamp}";
        }
        return left.Room.Topic == right.Room.Topic ? null : $"topic '{left.Room.Topic}' against '{right.Room.Topic}'";
    }

    /// <summary>A relay refuses what a malicious author forks; whoever can be reached through the relay alone never sees that.</summary>
    private ImmutableArray<MessageView> Counting(TranscriptEvent transcript) =>
        ignored.IsNone ? transcript.Entries : transcript.Entries.RemoveAll(entry => entry.PeerId == ignored);

    /// <summary>What was accepted is there: of those who left for good only what the relay said it keeps, unless it lost that.</summary>
    private string? Lost(TranscriptEvent transcript, string room, int host)
    {
        var there = transcript.Entries.Select(entry => entry.Id).ToHashSet();
        foreach (var saying in observer.Sayings)
        {
            if (!saying.IsAccepted || !IsIn(saying, room, host) || there.Contains(saying.Id)) continue;
            if (!gone.Contains(saying.Host) || (saying.IsOnRelay && !hasRelayLost))
                return $"peer{host} lacks {Head(saying.Text)}, accepted at {saying.AcceptedAt}, held by {Holders(room, saying.Id)}";
        }
        return null;
    }

    private string Holders(string room, EntryHash id) => string.Join(
        ',', ids.Keys.Where(host => observer.Transcript(host, room) is { } own && own.Entries.Any(entry => entry.Id == id)));

    private bool IsIn(Saying saying, string room, int host)
    {
        if (!room.StartsWith('@')) return saying.Room == room;
        return saying.Room.StartsWith('@') && ((saying.Host == host && saying.Room == room) || (saying.Room == "@" + ids[host] && "@" + ids[saying.Host] == room));
    }

    private static string? Twice(string room, TranscriptEvent order)
    {
        var ids = new HashSet<EntryHash>();
        var texts = new HashSet<string>();
        foreach (var entry in order.Entries)
        {
            if (!ids.Add(entry.Id)) return $"{Describe(entry)} stands twice in {room}";
            if (entry.Kind == "text" && entry.Text.StartsWith('[') && entry.Mark != "rewritten" && !texts.Add(entry.Text[..entry.Text.IndexOf(']', StringComparison.Ordinal)]))
                return $"{Describe(entry)} stands twice in {room}";
        }
        return null;
    }

    /// <summary>Nothing stands before what its author had been shown.</summary>
    private string? Causality(string room, TranscriptEvent order)
    {
        var positions = order.Entries.Select((entry, position) => (entry.Id, position)).ToDictionary(pair => pair.Id, pair => pair.position);
        foreach (var saying in observer.Sayings.Where(s => s.Room == room && s.IsAccepted))
        {
            if (!positions.TryGetValue(saying.Id, out var position)) continue;
            foreach (var seen in saying.Seen.Where(seen => observer.CountsAsSeen(saying, seen)))
            {
                if (positions.TryGetValue(seen, out var before) && before > position && observer.NamesAllSeen(saying))
                    return $"{Head(saying.Text)} stands in {room} above {Describe(order.Entries[before])}, which its author had seen";
            }
        }
        return null;
    }

    /// <summary>What was shown as stamped keeps its order.</summary>
    private string? Finality(string room, TranscriptEvent order)
    {
        var positions = order.Entries.Select((entry, position) => (entry.Id, position)).ToDictionary(pair => pair.Id, pair => pair.position);
        foreach (var (host, _, stamped, relay) in observer.Orders.Where(seen => seen.Room == room))
        {
            if (relay != order.Room.OrderingRelay) continue;
            var last = -1;
            foreach (var id in stamped)
            {
                if (!positions.TryGetValue(id, out var position)) continue;
                if (position < last) return $"the relay's order that peer{host} was shown of {room} has changed at {Describe(order.Entries[position])}";
                last = position;
            }
        }
        return null;
    }

    private static string Describe(MessageView entry) => $"{entry.Kind} '{Head(entry.Text)}' of {entry.PeerId.Tag}";

    private static string Head(string text) => text.Length <= 40 ? text : text[..40];
}
