using System.Diagnostics.CodeAnalysis;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// Profiles that others have brought, in memory, by who brought them: a member can make up as many as it likes, and is to push out no profile but its
/// own. What somebody has brought is forgotten when the last link to them ends.
/// </summary>
internal sealed class Hearsay
{
    /// <summary>
    /// Kept of one bringer: more than the authors of all entries that wait to be checked together, which are what these profiles are needed for. The
    /// oldest makes room.
    /// </summary>
    public const int MaxProfiles = 16384;

    /// <summary>Kept of all bringers: beyond it who has brought most makes room.</summary>
    public const int MaxOfAll = 65536;

    private readonly Dictionary<PeerId, Brought> _bringers = new();
    private int _count;

    /// <summary>Every profile, one that several have brought as often.</summary>
    public IEnumerable<Profile> All => _bringers.Values.SelectMany(brought => brought.Profiles.Values);

    /// <summary>The newest version that anybody has brought.</summary>
    public bool TryGet(PeerId id, [NotNullWhen(true)] out Profile? profile)
    {
        profile = null;
        foreach (var brought in _bringers.Values)
        {
            if (brought.Profiles.TryGetValue(id, out var known) && (profile is null || known.Version > profile.Version)) profile = known;
        }

        return profile is not null;
    }

    /// <summary>Takes a genuine profile. False when the same bringer has brought a newer one.</summary>
    public bool TryAdd(PeerId bringer, Profile profile)
    {
        if (!_bringers.TryGetValue(bringer, out var brought)) _bringers.Add(bringer, brought = new Brought([], []));
        if (brought.Profiles.TryGetValue(profile.Id, out var known) && known.Version >= profile.Version) return known.Version == profile.Version;
        if (known is null) brought.InOrder.Enqueue(profile.Id);
        brought.Profiles[profile.Id] = profile;
        if (known is null) _count++;
        if (brought.InOrder.Count > MaxProfiles) DropOldest(brought);
        while (_count > MaxOfAll) DropOldest(_bringers.Values.MaxBy(each => each.InOrder.Count)!);
        return true;
    }

    /// <summary>Forgets what somebody has brought.</summary>
    public void Forget(PeerId bringer)
    {
        if (_bringers.Remove(bringer, out var brought)) _count -= brought.InOrder.Count;
    }

    private void DropOldest(Brought brought)
    {
        brought.Profiles.Remove(brought.InOrder.Dequeue());
        _count--;
    }

    private sealed record Brought(Dictionary<PeerId, Profile> Profiles, Queue<PeerId> InOrder);
}
