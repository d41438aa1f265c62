using System.Text;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>Everybody whose profile this client has seen, and what its user thinks of them.</summary>
internal sealed class People
{
    /// <summary>Profiles kept on disk and in memory; beyond it, strangers' entries wait until a profile comes with them again.</summary>
    private const int MaxProfiles = 65536;

    private const string MutePrefix = "mute:";
    private const string VerifiedPrefix = "verified:";
    private const string OwnVersion = "profile-version";

    private static readonly byte[] Yes = [1];

    private readonly NodeContext _context;
    private readonly StoreQueue _store;
    private readonly Dictionary<PeerId, Profile> _profiles = new();

    /// <summary>Profiles that are kept only once something is held that was written with them, or their owner was linked.</summary>
    private readonly Hearsay _heard = new();
    private readonly HashSet<PeerId> _muted = [];
    private readonly HashSet<PeerId> _verified = [];

    public People(NodeContext context, StoreQueue store, PeerSnapshot snapshot)
    {
        _context = context;
        _store = store;
        foreach (var encoded in snapshot.Profiles)
        {
            if (Profile.TryDecode(encoded, context.Crypto, out var profile, out _)) _profiles[profile.Id] = profile;
        }

        foreach (var (name, value) in snapshot.Values)
        {
            if (value.Span is not [1]) continue;
            if (name.StartsWith(MutePrefix, StringComparison.Ordinal) && PeerId.TryParse(name[MutePrefix.Length..], out var muted)) _muted.Add(muted);
            if (name.StartsWith(VerifiedPrefix, StringComparison.Ordinal) && PeerId.TryParse(name[VerifiedPrefix.Length..], out var id)) _verified.Add(id);
        }

        var version = snapshot.Values.TryGetValue(OwnVersion, out var stored) && long.TryParse(Encoding.ASCII.GetString(stored.Span), out var number) ? number : 0;
        if (_profiles.TryGetValue(context.Self, out var own) && own.Nick == context.Options.Nick && own.Version >= version) Own = own;
        else Own = Publish(context.Options.Nick, Math.Max(version, own?.Version ?? 0) + 1);
    }

    /// <summary>The own profile.</summary>
    public Profile Own { get; private set; }

    public bool IsMuted(PeerId id) => _muted.Contains(id);

    public bool IsVerified(PeerId id) => _verified.Contains(id);

    public bool TryGet(PeerId id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Profile? profile) =>
        _profiles.TryGetValue(id, out profile) || _heard.TryGet(id, out profile);

    /// <summary>The nickname, or the first digits of the id of somebody whose profile is not known.</summary>
    public string Nick(PeerId id) => TryGet(id, out var profile) ? profile.Nick : id.Tag;

    /// <summary>Everybody but oneself.</summary>
    public IEnumerable<Acquaintance> Acquaintances() =>
        All.Where(p => p.Id != _context.Self).Select(p => new Acquaintance(p.Id, p.Nick, IsVerified(p.Id), IsMuted(p.Id)));

    /// <summary>Everybody known by this nickname, <c>nick#7f3a</c> or whole peer id.</summary>
    public List<PeerId> Find(string name)
    {
        if (PeerId.TryParse(name, out var whole)) return [whole];
        var matches = Matching(name, "");
        var hash = name.LastIndexOf('#');
        return matches.Count == 0 && hash > 0 ? Matching(name[..hash], name[(hash + 1)..]) : matches;
    }

    /// <summary>
    /// Takes a profile that somebody else has brought, if it is genuine and newer than what is known. It is forgotten when the bringer goes, unless
    /// <see cref="Keep"/> was called for it.
    /// </summary>
    public bool TryHear(PeerId bringer, ReadOnlyMemory<byte> encoded, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Profile? profile)
    {
        if (!Profile.TryDecode(encoded.ToArray(), _context.Crypto, out profile, out var rejection))
        {
            _context.Count("profile", rejection);
            return false;
        }

        return profile.Id == _context.Self || _profiles.ContainsKey(profile.Id) ? TryLearn(profile) : _heard.TryAdd(bringer, profile);
    }

    /// <summary>Keeps what is known of somebody by hearsay: something of theirs is held from now on.</summary>
    public void Keep(PeerId id)
    {
        if (!_profiles.ContainsKey(id) && _heard.TryGet(id, out var profile)) TryLearn(profile);
    }

    /// <summary>The last link to somebody has ended: what they brought and nothing is held of is not needed any more.</summary>
    public void ForgetHearsayOf(PeerId bringer) => _heard.Forget(bringer);

    /// <summary>Takes a profile whose signature has been checked. False when a newer one is known already.</summary>
    public bool TryLearn(Profile profile)
    {
        if (profile.Id == _context.Self)
        {
            // Somebody shows a later version of the own profile than this client knows: it was restored from a backup. Jump above.
            if (profile.Version > Own.Version) Own = Publish(Own.Nick, profile.Version + 1);
            return false;
        }

        if (_profiles.TryGetValue(profile.Id, out var known) && known.Version >= profile.Version) return known.Version == profile.Version;
        if (known is null && _profiles.Count >= MaxProfiles)
        {
            _context.Count("profiles-full");
            return false;
        }

        _profiles[profile.Id] = profile;
        _store.Write(new PutProfile(profile.Id, profile.Encoded));
        return true;
    }

    public void Rename(string nick) => Own = Publish(nick, Own.Version + 1);

    public void SetMuted(PeerId id, bool isMuted) => Set(_muted, MutePrefix, id, isMuted);

    public void SetVerified(PeerId id, bool isVerified) => Set(_verified, VerifiedPrefix, id, isVerified);

    private IEnumerable<Profile> All => _profiles.Values.Concat(_heard.All.Where(profile => !_profiles.ContainsKey(profile.Id)).DistinctBy(profile => profile.Id));

    private void Set(HashSet<PeerId> set, string prefix, PeerId id, bool isMember)
    {
        if (isMember) Keep(id);
        if (isMember) set.Add(id);
        else set.Remove(id);
        _store.Write(new PutValue(prefix + id, isMember ? Yes : ReadOnlyMemory<byte>.Empty));
    }

    private List<PeerId> Matching(string nick, string tag) =>
        [.. All.Where(p => string.Equals(p.Nick, nick, StringComparison.OrdinalIgnoreCase) && p.Id.ToString().StartsWith(tag, StringComparison.OrdinalIgnoreCase))
            .Select(p => p.Id).Order()];

    private Profile Publish(string nick, long version)
    {
        var profile = Profile.Create(_context.Crypto, _context.Identity, nick, version);
        _profiles[profile.Id] = profile;
        _store.Write(new PutProfile(profile.Id, profile.Encoded));
        _store.Write(new PutValue(OwnVersion, Encoding.ASCII.GetBytes(version.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        return profile;
    }
}
