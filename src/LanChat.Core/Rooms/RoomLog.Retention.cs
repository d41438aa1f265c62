using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>What the own retention removes, and from where on anything is wanted.</summary>
internal sealed partial class RoomLog
{
    /// <summary>The lowest seq of an author that is wanted.</summary>
    public int FloorOf(PeerId author) => _table.TryAuthor(author, out var index) && index < _chains.Count ? _chains[index].Floor : 1;

    /// <summary>Sets an author's floor as it was when the room was last open.</summary>
    public void LoadFloor(PeerId author, int floor)
    {
        var chain = ChainOf(author);
        chain.Floor = Math.Max(chain.Floor, floor);
        Remeasure(chain);
        _areHeadsStale = true;
        _digestVersion++;
    }

    /// <summary>
    /// Removes an author's entries below a seq and wants them no more, sparing what the room still needs: who made it, its topic, closing and
    /// relay, and proof of forks.
    /// </summary>
    /// <param name="author">Whose.</param>
    /// <param name="below">The new floor.</param>
    /// <param name="isSpared">What else to spare: edits and deletes of what is kept, the topic in force.</param>
    public PruneOutcome Prune(PeerId author, int below, Func<EntryHash, bool> isSpared)
    {
        Settle();
        var chain = ChainOf(author);
        var kept = new HashSet<EntryHash>();
        var removed = new HashSet<int>();
        foreach (var row in chain.RowsOf(new SeqRange(1, below - 1)))
        {
            ref var value = ref _table[row];
            if (chain.OthersAt(value.Seq).Count > 0 || isSpared(value.Hash)) kept.Add(value.Hash);
            else removed.Add(row);
        }
        var hashes = removed.Select(row => _table[row].Hash).ToList();
        chain.Floor = Math.Max(chain.Floor, below);
        if (removed.Count > 0) Remove(removed);
        Remeasure(chain);
        _areHeadsStale = true;
        _digestVersion++;
        return new PruneOutcome(hashes, kept);
    }

    /// <summary>
    /// Where each author's floor has to be so that nothing older than a time is kept: the seq after the last entry whose clock lies before it. Only those
    /// that have to move are named. An author's last entry stays, however old: the next one names it, and without it the chain would begin anew.
    /// </summary>
    /// <param name="oldest">UTC milliseconds.</param>
    public IReadOnlyList<(PeerId Author, int Below)> FloorsByAge(long oldest)
    {
        Settle();
        var floors = new List<(PeerId, int)>();
        for (var i = 0; i < _chains.Count; i++)
        {
            var floor = _chains[i].Floor;
            foreach (var row in _chains[i].RowsOf(new SeqRange(floor, int.MaxValue)))
            {
                if (_table[row].Clock.Milliseconds >= oldest) break;
                floor = Math.Max(floor, _table[row].Seq + 1);
            }
            floor = Math.Min(floor, _chains[i].Last);
            if (floor > _chains[i].Floor) floors.Add((_table.Author(i), floor));
        }
        return floors;
    }

    /// <summary>Where each author's floor has to be so that at most so many bytes are kept: the first of the room's order go, but no author's last.</summary>
    public IReadOnlyList<(PeerId Author, int Below)> FloorsBySize(long maxBytes)
    {
        Settle();
        var floors = new Dictionary<int, int>();
        var bytes = HeldBytes;
        foreach (var row in _order.From(0))
        {
            if (bytes <= maxBytes) break;
            ref var value = ref _table[row];
            bytes -= value.Size;
            if (value.Seq < _chains[value.Author].Floor) continue;
            floors[value.Author] = Math.Max(floors.GetValueOrDefault(value.Author), value.Seq + 1);
        }
        foreach (var (author, below) in floors.ToArray())
        {
            if (below > _chains[author].Last) floors[author] = _chains[author].Last;
            if (floors[author] <= _chains[author].Floor) floors.Remove(author);
        }
        return [.. floors.Select(pair => (_table.Author(pair.Key), pair.Value))];
    }
}
