using System.Collections.Immutable;

namespace LanChat.Protocol.Tests;

/// <summary>
/// The people, the room and the link that PROTOCOL.md's examples are about, made from the private keys it gives. Everything follows from
/// these but signatures, which are different each time.
/// </summary>
internal sealed class ExampleWorld
{
    public const long Milliseconds = 1_700_000_000_000;

    public static readonly UInt128 AnaInstance = PeerId.Read(Samples.Sequence(0x01, 16)).Value;
    public static readonly UInt128 BrunoInstance = PeerId.Read(Samples.Sequence(0x11, 16)).Value;
    public static readonly UInt128 Cookie = PeerId.Read(Samples.Sequence(0xC0, 16)).Value;
    public static readonly Epoch Epoch = new(Milliseconds, 0x0102030405060708);

    private readonly Func<string, byte[]> _given;

    /// <param name="given">The given bytes by name: private keys and profiles.</param>
    public ExampleWorld(Func<string, byte[]> given)
    {
        _given = given;
        Ana = Identity("ana");
        Bruno = Identity("bruno");
        Relay = Identity("relay");
        Lobby = RoomSecret.Public(Crypto, "lan", "#Lobby");
        Direct = RoomSecret.Direct(Crypto, Ana, Bruno.Id, Bruno.AgreementKey.Span);
        Private = RoomSecret.FromKey(Crypto, RoomKind.Private, Samples.Sequence(0x70, 32), "lan", "Ops", Ana.Id);
        Handshake = RunHandshake();
    }

    public P256Cryptography Crypto { get; } = new();

    public PeerIdentity Ana { get; }

    public PeerIdentity Bruno { get; }

    public PeerIdentity Relay { get; }

    public RoomSecret Lobby { get; }

    public RoomSecret Direct { get; }

    public RoomSecret Private { get; }

    public (byte[] Message1, byte[] Message2, byte[] Message3, byte[] Hash, byte[] FrameOfAna, byte[] FrameOfBruno) Handshake { get; }

    public Beacon Hello => new(BeaconKind.Hello, Ana.Id, 44042, AnaInstance, Beacon.HashOf("lan"), false, 0);

    public Beacon Reply => new(BeaconKind.Reply, Bruno.Id, 44043, BrunoInstance, Beacon.HashOf("lan"), false, Cookie);

    public ConnectRequestPayload ConnectRequest => new(Samples.Sequence(0xC0, 16), Handshake.Message1);

    public RefusalPayload Refusal => new(RefusalReason.Retry, Samples.Sequence(0xC0, 16));

    public HandshakePayload PayloadOf(string who) => new(_given($"{who}-profile"), who == "ana" ? AnaInstance : BrunoInstance, "");

    /// <summary>What ana and bruno say first on their link: the rooms they are in.</summary>
    public byte[] FramePlaintext => Samples.Encode(new RoomsMessage([Lobby.MemberTag(_handshakeHash)], Milliseconds));

    private byte[] _handshakeHash = [];

    public Entry Entry1 => Seal(Ana, 1, EntryHash.None, [], 0, new TextBody("hello"), 0x00);

    public Entry Entry2 => Seal(Bruno, 1, EntryHash.None, [Entry1.Ref], 1000, new TextBody("hello, ana"), 0x10);

    public Entry Entry3 => Seal(Ana, 2, Entry1.Hash, [Entry2.Ref], 2000, new ReactionBody(Entry2.Hash, "👍"), 0x20);

    public StampRun Stamps => StampChain.CreateRun(
        Crypto, Relay, Lobby.Id, Epoch, 1, EntryHash.None, [Entry1.Hash, Entry2.Hash, Entry3.Hash], []);

    public UInt128 Summary => SummaryHash.Compute(
        [
            new DigestLine(Ana.Id, 1, [new SeqRange(1, 2)], Entry3.Hash.A),
            new DigestLine(Bruno.Id, 1, [new SeqRange(1, 1)], Entry2.Hash.A),
        ],
        [new StampHead(Relay.Id, Epoch, 3, StampChain.End(Stamps))]);

    public Invite Invite => Invite.To(Private, new RelayAddress(Relay.Id, "relay.example", 42043));

    private PeerIdentity Identity(string who) =>
        PeerIdentity.FromPrivateKeys(Crypto, _given($"{who}-signing-private"), _given($"{who}-agreement-private"));

    private Entry Seal(PeerIdentity author, int seq, EntryHash previous, ImmutableArray<EntryRef> after, int later, EntryBody body,
        int nonce) => EntrySeal.Create(
        Crypto, author, Lobby, seq, previous, after, HybridClock.At(Milliseconds + later), PeerId.None, body,
        new FixedRandomSource(Samples.Sequence(nonce, 12)));

    private (byte[], byte[], byte[], byte[], byte[], byte[]) RunHandshake()
    {
        using var ana = NoiseHandshake.Initiator(Crypto, Ana, new FixedRandomSource(_given("ana-ephemeral-private")));
        using var bruno = NoiseHandshake.Responder(Crypto, Bruno, new FixedRandomSource(_given("bruno-ephemeral-private")));
        var message1 = ana.WriteMessage([]);
        Assert.True(bruno.TryReadMessage(message1, out _, out _));
        var message2 = bruno.WriteMessage(PayloadOf("bruno").Encode());
        Assert.True(ana.TryReadMessage(message2, out _, out _));
        var message3 = ana.WriteMessage(PayloadOf("ana").Encode());
        Assert.True(bruno.TryReadMessage(message3, out _, out _));
        _handshakeHash = ana.HandshakeHash.ToArray();
        using var ofAna = ana.Split();
        using var ofBruno = bruno.Split();
        return (message1, message2, message3, _handshakeHash, Sealed(ofAna), Sealed(ofBruno));
    }

    private byte[] Sealed(LinkCipher cipher)
    {
        var frame = new byte[FramePlaintext.Length + LinkCipher.Overhead];
        cipher.Seal(0, FramePlaintext, frame);
        return frame;
    }
}
