using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Rooms;

/// <summary>The definitions of sections 5 and 7 written down as they stand, slow and plain: what the incremental structures are held against.</summary>
internal sealed class NaiveRoom(RoomKind kind, PeerId named)
{
    private readonly Dictionary<EntryHash, Entry> _held = [];
    private readonly List<StoredStamp> _stamps = [];

    public void Add(Entry entry) => _held[entry.Hash] = entry;

    public void Add(StoredStamp stamp) => _stamps.Add(stamp);

    public void Remove(EntryHash hash) => _held.Remove(hash);

    public (List<EntryHash> Order, int Stamped, HashSet<EntryHash> Aside) Compute()
    {
        var places = Places();
        var aside = SetAside(places);
        var order = _held.Keys.Where(hash => places.ContainsKey(hash) && !aside.Contains(hash)).OrderBy(hash => places[hash]).ToList();
        var stamped = order.Count;
        var placed = order.ToHashSet();
        var rest = _held.Values.Where(e => !aside.Contains(e.Hash) && !placed.Contains(e.Hash))
            .OrderBy(e => e.Clock).ThenBy(e => e.Author).ThenBy(e => e.Seq).ThenBy(e => e.Hash).ToList();
        while (rest.Count > 0)
        {
            var next = rest.First(e => Before(e, aside).All(placed.Contains));
            rest.Remove(next);
            placed.Add(next.Hash);
            order.Add(next.Hash);
        }
        return (order, stamped, aside);
    }

    private Dictionary<EntryHash, (Epoch, long)> Places()
    {
        var relay = kind == RoomKind.Private ? named : _stamps.Count == 0 ? default : _stamps.Min(stamp => stamp.Relay);
        return _stamps.Where(stamp => stamp.Relay == relay).GroupBy(stamp => stamp.Stamp.Entry)
            .ToDictionary(group => group.Key, group => group.Select(stamp => (stamp.Stamp.Epoch, stamp.Stamp.Place)).Min());
    }

    private HashSet<EntryHash> SetAside(Dictionary<EntryHash, (Epoch, long)> places)
    {
        var aside = new HashSet<EntryHash>();
        foreach (var same in _held.Values.GroupBy(e => (e.Author, e.Seq)).OrderBy(group => group.Key.Seq))
        {
            var able = same.Where(e => !aside.Contains(e.Previous))
                .OrderBy(e => places.ContainsKey(e.Hash) ? 0 : 1).ThenBy(e => places.GetValueOrDefault(e.Hash)).ThenBy(e => e.Hash).ToList();
            foreach (var entry in same)
            {
                if (able.Count == 0 || entry.Hash != able[0].Hash) aside.Add(entry.Hash);
            }
        }
        return aside;
    }

    private IEnumerable<EntryHash> Before(Entry entry, HashSet<EntryHash> aside)
    {
        var named = _held.Values.Where(e => e.Hash == entry.Previous || entry.After.Contains(e.Ref));
        return named.SelectMany(e => aside.Contains(e.Hash) ? Before(e, aside) : [e.Hash]);
    }
}
