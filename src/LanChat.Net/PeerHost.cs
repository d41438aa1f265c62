using System.Net;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Net;

/// <summary>A running client: a <see cref="PeerNode"/> on real sockets and a store. Commands go in from any thread, events come out on one.</summary>
public sealed class PeerHost : IAsyncDisposable
{
    private readonly NodeDriver _driver;
    private readonly P256Cryptography _crypto = new();
    private readonly Action<ChatEvent, long> _onEvent;
    private readonly Lock _turn = new();
    private Task _before = Task.CompletedTask;
    private PeerNode? _node;

    private PeerHost(NodeDriver driver, Action<ChatEvent, long> onEvent)
    {
        _driver = driver;
        _onEvent = onEvent;
    }

    /// <summary>Binds the sockets and starts the client.</summary>
    /// <param name="sockets">Ports and addresses.</param>
    /// <param name="options">Gets the bound port and a nonce for this run.</param>
    /// <param name="store">The profile's store; disposed with the host.</param>
    /// <param name="snapshot">What the store holds.</param>
    /// <param name="onEvent">Gets every event with the tag of the command it answers, on the loop's thread: it must not block.</param>
    /// <returns>Null when the link port is taken.</returns>
    public static PeerHost? TryStart(
        NodeDriverOptions sockets, Func<int, UInt128, PeerNodeOptions> options, INodeStore store, PeerSnapshot snapshot, Action<ChatEvent, long> onEvent)
    {
        PeerHost? host = null;
        if (!NodeDriver.TryBind(sockets, store, output => host!.Take(output), out var driver)) return null;
        host = new PeerHost(driver, onEvent);
        var random = new SystemRandomSource();
        Span<byte> nonce = stackalloc byte[16];
        random.Fill(nonce);
        var settings = options(driver.Port, System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(nonce));
        driver.Run(now => host._node = new PeerNode(settings, snapshot, host._crypto, random, now));
        return host;
    }

    /// <summary>Gets ready for the first links beside what else a start has to do: neighbours answer within milliseconds.</summary>
    public static void Rehearse() => _ = Task.Run(() =>
    {
        using var crypto = new P256Cryptography();
        LanChat.Core.Links.Rehearsal.Run(crypto, new SystemRandomSource());
    });

    /// <summary>The UDP port links come in on.</summary>
    public int Port => _driver.Port;

    /// <summary>Whether beacons are heard; false when another program holds the discovery port for itself.</summary>
    public bool IsListening => _driver.IsListening;

    /// <summary>Ends when the client has quit, or fails with what ended it.</summary>
    public Task Completion => _driver.Completion;

    /// <summary>How often something was dropped or came anew, by name; read after the client has ended, or as a snapshot that may be torn.</summary>
    public IReadOnlyDictionary<string, long> Counters => _node?.Counters ?? new Dictionary<string, long>();

    /// <summary>Gives a command. Keys are derived from passphrases here, off the loop, for it takes a noticeable fraction of a second.</summary>
    /// <param name="command">What to do.</param>
    /// <param name="tag">Comes back with the events that answer it.</param>
    /// <param name="network">The network passphrase rooms are salted by.</param>
    public void Post(ChatCommand command, long tag, string network)
    {
        switch (command)
        {
            case JoinCommand { Passphrase: { } passphrase, DerivedKey.IsEmpty: true } join:
                Derive(network, join.Room, passphrase, tag, key => join with { DerivedKey = key });
                break;
            case CreateCommand { Passphrase: { } passphrase, IsPrivate: false, DerivedKey.IsEmpty: true } create:
                Derive(network, create.Room, passphrase, tag, key => create with { DerivedKey = key });
                break;
            default:
                InTurn(() => _driver.Post(new CommandGiven(tag, command)), isLong: false);
                break;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _driver.FarewellAsync().ConfigureAwait(false);
        _driver.Dispose();
        _crypto.Dispose();
    }

    private void Derive(string network, string room, string passphrase, long tag, Func<byte[], ChatCommand> complete)
    {
        if (!RoomNames.TryFold(room, out var folded, out var problem) || !Passphrases.IsStrong(room, passphrase, out problem))
        {
            _onEvent(new ErrorEvent("bad-passphrase", problem, null), tag);
            return;
        }

        InTurn(() => _driver.Post(new CommandGiven(tag, complete(Passphrases.DeriveKey(network, folded, passphrase)))), isLong: true);
    }

    /// <summary>A text to a room comes after the room's join, also while that one's key is still being derived.</summary>
    private void InTurn(Action post, bool isLong)
    {
        lock (_turn)
        {
            if (isLong || !_before.IsCompleted)
            {
                _before = _before.ContinueWith(_ => post(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                return;
            }
        }

        post();
    }

    private bool Take(NodeOutput output)
    {
        if (output is Tell tell) _onEvent(tell.Event, tell.Tag);
        return true;
    }
}
