using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Node;

/// <summary>Profiles that others bring, of whom anybody can make up any number.</summary>
public sealed class PeopleTests
{
    private static readonly PeerId Mallory = new(66);
    private static readonly PeerId Bruno = new(77);

    private readonly KeyedHashCryptography _crypto = new();
    private readonly SeededRandomSource _random = new(5);
    private readonly NodeContext _context;
    private readonly StoreQueue _store;
    private readonly People _people;

    public PeopleTests()
    {
        var options = new PeerNodeOptions { Identity = PeerIdentity.Create(_crypto, _random), Nick = "self", InstanceNonce = 1, LinkPort = 44042 };
        _context = new NodeContext(options, _crypto, _random) { Now = new Timestamp(TimeSpan.FromSeconds(1), 1_800_000_000_000) };
        _store = new StoreQueue(_context);
        _people = new People(_context, _store, PeerSnapshot.Empty);
        Stored();
    }

    [Fact]
    public void What_one_member_brings_pushes_out_nothing_of_what_another_has_brought()
    {
        var ana = Make("ana", 1);
        Assert.True(_people.TryHear(Bruno, ana.Encoded, out _));
        Assert.True(_people.TryHear(Mallory, ana.Encoded, out _));
        for (var i = 0; i < Hearsay.MaxProfiles + 100; i++) Assert.True(_people.TryHear(Mallory, Make("made-up", 1).Encoded, out _));

        Assert.Equal("ana", _people.Nick(ana.Id));
        Assert.Equal(Hearsay.MaxProfiles + 1, _people.Acquaintances().Count());
        Assert.Empty(Stored());

        _people.ForgetHearsayOf(Mallory);

        Assert.Equal("ana", Assert.Single(_people.Acquaintances()).Nick);
        _people.ForgetHearsayOf(Bruno);
        Assert.Equal(ana.Id.Tag, _people.Nick(ana.Id));
    }

    [Fact]
    public void Whose_entry_is_held_is_kept_once_and_follows_its_later_versions()
    {
        var identity = PeerIdentity.Create(_crypto, _random);
        var first = Profile.Create(_crypto, identity, "ana", 1);
        _people.TryHear(Bruno, first.Encoded, out _);
        _people.TryHear(Mallory, Profile.Create(_crypto, identity, "anna", 2).Encoded, out _);
        Assert.Equal("anna", _people.Nick(first.Id));
        _people.Keep(first.Id);
        _people.Keep(first.Id);

        Assert.Equal(first.Id, Assert.IsType<PutProfile>(Assert.Single(Stored())).Id);
        _people.ForgetHearsayOf(Mallory);
        _people.ForgetHearsayOf(Bruno);
        Assert.Equal("anna", _people.Nick(first.Id));
        Assert.False(_people.TryHear(Bruno, first.Encoded, out _));
        Assert.True(_people.TryHear(Bruno, Profile.Create(_crypto, identity, "annie", 3).Encoded, out _));
        Assert.Single(Stored());
        Assert.Equal("annie", Assert.Single(_people.Acquaintances()).Nick);
    }

    [Fact]
    public void Who_is_muted_or_verified_is_kept()
    {
        var (muted, verified) = (Make("loud", 1), Make("true", 1));
        _people.TryHear(Bruno, muted.Encoded, out _);
        _people.TryHear(Bruno, verified.Encoded, out _);
        _people.SetMuted(muted.Id, true);
        _people.SetVerified(verified.Id, true);

        Assert.Equal([muted.Id, verified.Id], Stored().OfType<PutProfile>().Select(put => put.Id));
    }

    private Profile Make(string nick, long version) => Profile.Create(_crypto, PeerIdentity.Create(_crypto, _random), nick, version);

    private List<StoreWrite> Stored()
    {
        _store.EndTurn();
        var writes = new List<StoreWrite>();
        while (_context.TryTakeOutput(out var output))
        {
            if (output is StoreBatch batch) writes.AddRange(batch.Writes);
        }

        return writes;
    }
}
