using System.Net;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Relay;

/// <summary>A relay in virtual time with its store and its clients; the network between them neither loses nor delays.</summary>
internal sealed class RelayWorld
{
    public static readonly PeerIdentity RelayIdentity = PeerIdentity.Create(new KeyedHashCryptography(), new SeededRandomSource(99));

    private readonly Dictionary<LinkHandle, RelayTestClient> _links = [];
    private readonly Queue<NodeInput> _inputs = [];
    private readonly List<NodeOutput> _heldAppends = [];
    private int _nextLink;
    private TimeSpan _now;

    public RelayWorld(Func<RelayNodeOptions, RelayNodeOptions>? configure = null)
    {
        Options = new RelayNodeOptions { Identity = RelayIdentity, Cryptography = Crypto, Random = Random };
        if (configure is not null) Options = configure(Options);
        Node = new RelayNode(Options, Log.Snapshot);
    }

    public KeyedHashCryptography Crypto { get; } = new();

    public SeededRandomSource Random { get; } = new(1);

    public RelayNodeOptions Options { get; }

    public RelayNode Node { get; private set; }

    public MemoryLog Log { get; private set; } = new();

    public long UtcStart { get; set; } = 1_800_000_000_000;

    public Timestamp Now => new(_now, UtcStart + (long)_now.TotalMilliseconds);

    /// <summary>While set, appends wait for <see cref="ReleaseAppends"/>.</summary>
    public bool HoldAppends { get; set; }

    public List<RelayNotice> Notices { get; } = [];

    /// <summary>Everything else the relay wanted done.</summary>
    public List<NodeOutput> Others { get; } = [];

    public bool IsFinished { get; private set; }

    public RelayTestClient NewClient(string nick, ulong seed) => new(this, nick, seed);

    /// <summary>A client that is connected and past its handshake.</summary>
    public RelayTestClient Connect(string nick, ulong seed)
    {
        var client = NewClient(nick, seed);
        client.Connect();
        Run();
        Assert.True(client.IsConnected);
        return client;
    }

    public LinkHandle NewLink(RelayTestClient client)
    {
        var link = new LinkHandle(++_nextLink);
        _links[link] = client;
        return link;
    }

    public void Hand(NodeInput input) => _inputs.Enqueue(input);

    /// <summary>Gives the relay all inputs there are, then carries out its outputs, until nothing happens any more.</summary>
    public void Run()
    {
        var isBusy = true;
        while (isBusy)
        {
            isBusy = false;
            while (_inputs.TryDequeue(out var input)) Node.Handle(input, Now);
            while (Node.TryTakeOutput(out var output))
            {
                isBusy = true;
                Carry(output);
            }
            isBusy |= _inputs.Count > 0;
        }
    }

    /// <summary>Lets time pass in steps of at most 50 ms.</summary>
    public void Advance(TimeSpan by)
    {
        for (var end = _now + by; _now < end;)
        {
            _now += TimeSpan.FromTicks(Math.Min(TimeSpan.FromMilliseconds(50).Ticks, (end - _now).Ticks));
            Hand(TimePassed.Instance);
            Run();
        }
    }

    public void ReleaseAppends()
    {
        HoldAppends = false;
        foreach (var append in _heldAppends) Store(append);
        _heldAppends.Clear();
        Run();
    }

    /// <summary>The relay is killed and starts again: links are gone, what waited for the disk is lost.</summary>
    public void Restart(MemoryLog? log = null, bool isOlderCopy = false)
    {
        _heldAppends.Clear();
        _inputs.Clear();
        foreach (var client in _links.Values) client.LinkLost();
        _links.Clear();
        Log = log ?? Log;
        Node = new RelayNode(Options, Log.Snapshot with { IsOlderCopy = isOlderCopy });
    }

    public RelayNotice Command(RelayCommand command)
    {
        Notices.Clear();
        Hand(new RelayCommandGiven(7, command));
        Run();
        return Notices.Count > 0 ? Notices[^1] : new CommandDone("");
    }

    private void Carry(NodeOutput output)
    {
        switch (output)
        {
            case SendBytes send when _links.TryGetValue(send.Link, out var client):
                client.Received(send.Channel, send.Bytes.ToArray());
                break;
            case AcceptLink accept:
                Hand(new LinkOpened(accept.Link, _links[accept.Link].Address));
                break;
            case RefuseLink refuse:
                _links.Remove(refuse.Link, out var refused);
                refused!.Refused(refuse.Data);
                break;
            case CloseLink close:
                if (_links.Remove(close.Link, out var closed)) closed.LinkLost();
                break;
            case AppendLog when HoldAppends:
                _heldAppends.Add(output);
                break;
            case AppendLog or TrimLog or ReadLog or ReadLogIndex or StoreBatch:
                Store(output);
                break;
            case TellOperator tell:
                Notices.Add(tell.Notice);
                break;
            case Finished:
                IsFinished = true;
                break;
            default:
                Others.Add(output);
                break;
        }
    }

    private void Store(NodeOutput output)
    {
        foreach (var answer in Log.Carry(output)) Hand(answer);
    }
}
