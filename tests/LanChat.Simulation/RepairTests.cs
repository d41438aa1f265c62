using System.Globalization;
using LanChat.Core;
using LanChat.Protocol;
using LanChat.Simulation.Engine;
using LanChat.Simulation.Scenarios;

namespace LanChat.Simulation;

/// <summary>What the drawn scenarios do not come to: logs and histories that begin later than the talk did, rooms come back to, pauses.</summary>
public sealed class RepairTests
{
    private readonly World _world = new(11, false);
    private readonly KeyedHashCryptography _crypto = new();
    private readonly SeededRandomSource _random = new(11);
    private readonly Dictionary<string, List<MessageView>> _shown = [];
    private readonly Dictionary<string, List<string>> _warnings = [];
    private readonly HashSet<string> _kept = [];
    private Host? _relay;

    public RepairTests() => _world.Network.Way = (_, _) => new Conditions { Delay = TimeSpan.FromMilliseconds(2) };

    [Fact]
    public void A_relays_log_that_begins_later_than_its_order_is_taken_from_there()
    {
        AddRelay(options => options with { BytesPerRoom = 96 * 1024, EntriesBurst = 100_000, EntriesPerSecond = 100_000 });
        var ana = Add("ana", 1);
        var bruno = Add("bruno", 2);
        Run(4);
        Say(ana, "before", 20);
        Run(4);
        bruno.Crash(isPowerCut: false);
        Say(ana, new string('x', 1000), 300);
        Run(10);
        var late = Add("late", 3);
        bruno.Boot();
        Run(10);

        Assert.InRange(_shown["late"].Count, 40, 299);
        Say(late, "after", 5);
        Run(5);

        foreach (var name in (string[])["ana", "bruno", "late"])
        {
            var after = _shown[name].Where(message => message.Text.StartsWith("after", StringComparison.Ordinal)).ToList();
            Assert.Equal(["after 1", "after 2", "after 3", "after 4", "after 5"], after.Select(message => message.Text));
        }

        Assert.Superset(new HashSet<string> { "late after 1", "late after 5" }, _kept);

        // The first that is left is told before the word on its place, which begins the chain.
        Assert.All(_shown["late"].Where(message => !message.IsOwn).Skip(1), message => Assert.NotNull(message.Stamp));
        Assert.Empty(_warnings.SelectMany(pair => pair.Value));
        foreach (var counted in ((PeerNode)late.Node!).Counters.Where(pair => pair.Key == "relay-chain-unknown")) Assert.Equal(1, counted.Value);
    }

    [Fact]
    public void Who_comes_to_a_long_room_whose_beginning_nobody_keeps_gets_all_that_is_left()
    {
        AddRelay(options => options with { BytesPerRoom = 1024 * 1024, EntriesBurst = 100_000, EntriesPerSecond = 100_000 });
        var ana = Add("ana", 1);
        Run(4);
        Say(ana, "said", 4000);
        Run(40);
        var late = Add("late", 2);
        Run(10);

        Assert.InRange(_shown["late"].Count, 1500, 3999);
        Assert.Equal("said 4000", _shown["late"][^1].Text);
        Say(ana, "still there", 3);
        Run(2);

        Assert.Equal("still there 3", _shown["late"][^1].Text);
    }

    [Fact]
    public void Who_comes_to_people_that_keep_little_gets_all_that_is_left()
    {
        AddRelay(options => options);
        PeerNodeOptions Alone(PeerNodeOptions options) => options with { UseRelays = false, Relay = null, RetentionBytesPerRoom = 700_000 };
        var ana = Add("ana", 1, Alone);
        Add("bruno", 1, Alone);
        Run(4);
        Say(ana, "said", 4000);
        Run(40);
        _world.RunUntil(_world.Now + TimeSpan.FromHours(1.1));
        Add("late", 1, Alone);
        Run(20);

        Assert.InRange(_shown["late"].Count, 1100, 3999);
        Assert.Equal("said 4000", _shown["late"][^1].Text);
        Say(ana, "still there", 3);
        Run(2);

        Assert.Equal("still there 3", _shown["late"][^1].Text);
    }

    [Fact]
    public void A_room_that_was_forgotten_is_whole_when_one_comes_back_to_it()
    {
        AddRelay(options => options);
        var ana = Add("ana", 1);
        var bruno = Add("bruno", 2);
        Run(4);
        Say(ana, "first", 5);
        Say(bruno, "first", 5);
        Run(4);
        _shown["ana"].Clear();
        ana.Give(0, new ForgetCommand("#lobby"));
        ana.Give(0, new JoinCommand("#lobby"));
        Run(6);

        Assert.Equal(10, _shown["ana"].Count);
        Say(ana, "second", 3);
        Run(6);

        Assert.Equal(3, _shown["bruno"].Count(message => message.Text.StartsWith("second", StringComparison.Ordinal)));
        Assert.Contains("ana second 3", _kept);
        Assert.Empty(_warnings.SelectMany(pair => pair.Value));
    }

    [Fact]
    public void What_strangers_with_long_names_have_said_goes_to_the_relay_in_messages_that_fit()
    {
        AddRelay(options => options);
        var nick = string.Concat(Enumerable.Range(0, 32).Select(i => (char)('\u03b1' + i % 16) + new string('\u0301', 7)));
        var bridge = Add("ana", 1);
        for (var i = 0; i < 50; i++)
        {
            var stranger = Add($"stranger{i}", 1, options => options with { Nick = nick, UseRelays = false, Relay = null });
            var (at, text) = i < 46 ? (6, "short") : (8, new string('y', 16_000));
            _world.After(TimeSpan.FromSeconds(at), () => stranger.Give(0, new SendCommand("#lobby", text)));
        }

        _world.After(TimeSpan.FromSeconds(4), () => BlockBoth(bridge, _relay!, isBlocked: true));
        _world.After(TimeSpan.FromSeconds(15), () => BlockBoth(bridge, _relay!, isBlocked: false));
        Run(40);
        Add("late", 2);
        Run(10);

        Assert.Equal(50, _shown["ana"].Count);
        Assert.Equal(50, _shown["late"].Count);
    }

    [Fact]
    public void Who_writes_faster_than_the_relay_takes_waits_quietly_and_loses_nothing()
    {
        AddRelay(options => options with { EntriesPerSecond = 10, EntriesBurst = 10 });
        var ana = Add("ana", 1);
        Add("bruno", 2);
        Run(4);
        for (var i = 1; i <= 100; i++)
        {
            var text = i.ToString(CultureInfo.InvariantCulture);
            _world.After(TimeSpan.FromMilliseconds(20 * i), () => ana.Give(0, new SendCommand("#lobby", text, false, text)));
        }

        Run(30);

        Assert.InRange(_world.Events, 1, 6000);
        Assert.Equal(100, _shown["bruno"].Count);
        Assert.Equal(100, _kept.Count);
    }

    [Fact]
    public void What_a_member_passes_on_without_its_text_is_got_from_another()
    {
        AddRelay(options => options);
        PeerNodeOptions Alone(PeerNodeOptions options) => options with { UseRelays = false, Relay = null };
        var ana = Add("ana", 1, Alone);
        var late = Add("late", 1, Alone);
        var mallory = new Attacker(_world, _crypto, 11, ana.Segment);
        Run(6);
        mallory.Do(AttackerNode.StripBodies);
        Run(2);
        BlockBoth(ana, late, isBlocked: true);
        Run(4);
        Say(ana, "said", 5);
        Run(2);
        ana.Give(0, new SendCommand("#lobby", "taken back", false, "deleted"));
        Run(2);
        ana.Give(0, new DeleteCommand(_shown["ana"][^1].Id));
        Run(2);
        mallory.Do(AttackerNode.StripBodies);
        Run(20);

        Assert.Empty(_shown["late"]);
        BlockBoth(ana, late, isBlocked: false);
        Run(30);

        Assert.Equal(["said 1", "said 2", "said 3", "said 4", "said 5"], _shown["late"].Select(message => message.Text));
        mallory.Leave();
        late.Crash(isPowerCut: false);
        late.Boot();
        Run(30);

        Assert.Equal(5, _shown["late"].Count);
    }

    /// <summary>What nobody has does not stand in the way of what somebody has, nor does a member that shows much and answers nothing.</summary>
    [Fact]
    public void A_text_that_was_left_out_is_got_within_seconds_also_after_long_pauses_and_beside_a_member_that_answers_nothing()
    {
        AddRelay(options => options);
        PeerNodeOptions Alone(PeerNodeOptions options) => options with { UseRelays = false, Relay = null };
        var ana = Add("ana", 1, Alone);
        var late = Add("late", 1, Alone);
        var bruno = Add("bruno", 1, Alone);
        var mallory = new Attacker(_world, _crypto, 13, ana.Segment);
        Run(6);
        mallory.Do(AttackerNode.StripBodies);
        Run(2);
        BlockBoth(ana, late, isBlocked: true);
        BlockBoth(ana, bruno, isBlocked: true);
        Run(4);
        Say(ana, "long ago", 1);
        Run(2);
        mallory.Do(AttackerNode.StripBodies);
        Run(2);
        ana.Crash(isPowerCut: false);
        for (var minute = 0; minute < 40; minute++)
        {
            for (var i = 0; i < 3; i++) mallory.Do(AttackerNode.ShowWhatIsNot);
            Run(60);
        }

        Assert.Empty(_shown["late"]);
        BlockBoth(ana, late, isBlocked: false);
        ana.Boot();
        Run(15);

        Assert.Equal("long ago 1", Assert.Single(_shown["late"]).Text);
    }

    [Fact]
    public void What_a_relay_was_given_without_its_text_is_got_from_members()
    {
        AddRelay(options => options);
        var ana = Add("ana", 1, options => options with { UseRelays = false, Relay = null });
        var bridge = Add("bridge", 1);
        var mallory = new Attacker(_world, _crypto, 12, ana.Segment);
        Run(6);
        mallory.Do(AttackerNode.StripBodies);
        Run(2);
        BlockBoth(ana, bridge, isBlocked: true);
        Run(4);
        Say(ana, "said", 5);
        Run(2);
        mallory.Do(AttackerNode.StripBodies);
        Run(5);
        mallory.Leave();
        Add("late", 2);
        Run(10);

        Assert.Empty(_shown["late"]);
        BlockBoth(ana, bridge, isBlocked: false);
        Run(60);

        Assert.Equal(5, _shown["bridge"].Count);
        Assert.Equal(["said 1", "said 2", "said 3", "said 4", "said 5"], _shown["late"].Select(message => message.Text));
    }

    private void BlockBoth(Host left, Host right, bool isBlocked)
    {
        _world.Network.Block(left, right, isBlocked);
        _world.Network.Block(right, left, isBlocked);
    }

    private void AddRelay(Func<RelayNodeOptions, RelayNodeOptions> change)
    {
        var disk = new RelayDisk(_world) { CommitTime = TimeSpan.FromMilliseconds(1) };
        var options = change(new RelayNodeOptions { Identity = PeerIdentity.Create(_crypto, _random), Cryptography = _crypto, Random = _random });
        _relay = new Host(_world, "relay", new Segment(0, false), PeerNodeOptions.DefaultRelayPort, disk, _ => new RelayNode(options, disk.Snapshot()));
        _relay.Boot();
    }

    private Host Add(string name, int segment, Func<PeerNodeOptions, PeerNodeOptions>? change = null)
    {
        var identity = PeerIdentity.Create(_crypto, _random);
        var disk = new PeerDisk(_world) { CommitTime = TimeSpan.FromMilliseconds(2) };
        var shown = _shown[name] = [];
        var warnings = _warnings[name] = [];
        var isFirst = true;
        var host = new Host(_world, name, new Segment(segment, false), 44042 + _world.Hosts.Count, disk, self =>
        {
            var options = new PeerNodeOptions
            {
                Identity = identity, Nick = name, InstanceNonce = _random.Next(), LinkPort = self.EndPoint.Port, IsNewIdentity = isFirst,
                Relay = new RelayTarget(_relay!.EndPoint.Address.ToString(), _relay.EndPoint.Port),
            };
            isFirst = false;
            return new PeerNode(change is null ? options : change(options), disk.Snapshot, _crypto, _random, self.Time);
        })
        {
            Told = (_, output) =>
            {
                if (output is Tell { Event: MessageEvent message }) shown.Add(message.Message);
                else if (output is Tell { Event: WarningEvent warning }) warnings.Add($"{name}: {warning.Text}");
                else if (output is Tell { Event: DeliveryEvent { State.IsOnRelay: true, Ref: { } reference } }) _kept.Add(reference);
            },
        };
        host.Boot();
        return host;
    }

    private void Say(Host host, string word, int count)
    {
        for (var i = 1; i <= count; i++)
        {
            var text = $"{word} {i}";
            _world.After(TimeSpan.FromMilliseconds(5 * i), () => host.Give(0, new SendCommand("#lobby", text, false, $"{host.Name} {text}")));
        }
    }

    private void Run(double seconds) => _world.RunUntil(_world.Now + TimeSpan.FromSeconds(seconds));
}
