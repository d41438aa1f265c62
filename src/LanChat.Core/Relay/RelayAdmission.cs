using System.Net;
using System.Security.Cryptography;
using System.Text;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// Lets clients in: a cookie before anything is computed, bans and limits, the responder's side of the handshake, the token. An address is
/// limited by its failed handshakes alone, and established links never feel it.
/// </summary>
internal sealed class RelayAdmission(RelayContext context, RelayBans bans, Profile ownProfile)
{
    /// <summary>How long a handshake may take.</summary>
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(2);

    /// <summary>How long a link stays open after a bye, so that the bye arrives.</summary>
    public static readonly TimeSpan LingerTime = TimeSpan.FromMilliseconds(500);

    /// <summary>One more failed handshake is allowed every 3 s.</summary>
    private const double FailuresPerSecond = 1.0 / 3;

    /// <summary>Addresses whose failures are remembered; beyond it the quiet ones are forgotten.</summary>
    private const int MaxAddresses = 4096;

    private readonly AddressCookies _cookies = new(context.Options.Random);
    private readonly Dictionary<LinkHandle, Handshake> _handshakes = [];
    private readonly Dictionary<LinkHandle, TimeSpan> _lingering = [];
    private readonly Dictionary<IPAddress, TokenBucket> _failures = [];
    private readonly UInt128 _instance = NewInstance(context.Options.Random);

    /// <summary>Whether new requests are refused because the relay is about to stop.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Names this run of the relay.</summary>
    public UInt128 Instance => _instance;

    /// <summary>The cookie a beacon reply brings along.</summary>
    public byte[] CookieFor(IPEndPoint address) => _cookies.Make(address, context.Now.Monotonic);

    /// <summary>Somebody asks for a connection.</summary>
    public void Request(ConnectRequested request)
    {
        if (Judge(request, out var payload) is { } refusal)
        {
            context.Counters.Drop("request-" + refusal.Reason);
            context.Emit(new RefuseLink(request.Link, refusal.Encode(), IsForced: true));
            return;
        }
        var noise = NoiseHandshake.Responder(context.Crypto, context.Options.Identity, context.Options.Random);
        if (!noise.TryReadMessage(payload!.Noise, out _, out _))
        {
            noise.Dispose();
            Fail(request.From.Address);
            context.Emit(new RefuseLink(request.Link, new RefusalPayload(RefusalReason.Malformed, default).Encode(), IsForced: true));
            return;
        }
        _handshakes.Add(request.Link, new Handshake(noise, request.From, context.Now.Monotonic + HandshakeTime));
        context.IsWaiting = true;
        context.Emit(new AcceptLink(request.Link));
    }

    /// <summary>The connection stands: the responder speaks.</summary>
    public void Opened(LinkHandle link)
    {
        if (!_handshakes.TryGetValue(link, out var handshake) || !handshake.Noise.IsOurTurn) return;
        var message = handshake.Noise.WriteMessage(new HandshakePayload(ownProfile.Encoded, _instance, "").Encode());
        context.Emit(new SendBytes(link, 0, message));
    }

    /// <summary>The initiator's last message; gives the client when it is let in. True when the link was one in its handshake.</summary>
    public bool Received(LinkBytes received, out RelayClient? client)
    {
        client = null;
        if (!_handshakes.Remove(received.Link, out var handshake)) return _lingering.ContainsKey(received.Link);
        using var noise = handshake.Noise;
        if (received.Channel != 0
            || !noise.TryReadMessage(received.Bytes, out var encoded, out _)
            || !HandshakePayload.TryDecode(encoded, out var payload, out _)
            || !Profile.TryDecode(payload.Profile, context.Crypto, out var profile, out _)
            || !profile.AgreementKey.Span.SequenceEqual(noise.RemoteStaticKey.Span)
            || profile.Id == context.Options.Identity.Id)
        {
            Fail(handshake.From.Address);
            context.Emit(new CloseLink(received.Link, IsForced: true));
            return true;
        }
        var admitted = new RelayClient(received.Link, handshake.From, noise.Split(), noise.HandshakeHash.ToArray(), profile, context.Options, context.Now);
        if (WhyNot(profile.Id, payload.Token) is { } reason)
        {
            if (reason == RelayByes.Token) Fail(handshake.From.Address);
            context.Counters.Drop("admission-" + reason);
            SayBye(admitted, reason);
        }
        else
        {
            client = admitted;
        }
        return true;
    }

    /// <summary>A link is over before it was a client's; false when it was none of these.</summary>
    public bool Closed(LinkHandle link)
    {
        if (_lingering.Remove(link)) return true;
        if (!_handshakes.Remove(link, out var handshake)) return false;
        handshake.Noise.Dispose();
        Fail(handshake.From.Address);
        return true;
    }

    /// <summary>Tells a client that it is over and closes the link when that had time to arrive.</summary>
    public void SayBye(RelayClient client, string reason)
    {
        var frame = context.Encode(new RelayByeMessage(reason));
        var last = new byte[frame.Length + LinkCipher.Overhead];

        // What waits for this client in this turn is dropped; the bye itself goes at once, for nothing is sent to a client that is gone.
        client.Outgoing.Clear();
        client.Outgoing.IsFirstFrameDue = false;
        client.IsGone = true;
        client.Cipher.Seal(0, frame, last);
        context.Emit(new SendBytes(client.Link, 0, last));
        _lingering[client.Link] = context.Now.Monotonic + LingerTime;
        context.IsWaiting = true;
    }

    /// <summary>Ends what takes too long; true while anything waits.</summary>
    public bool Tick()
    {
        var now = context.Now.Monotonic;
        foreach (var (link, handshake) in _handshakes.Where(pair => now >= pair.Value.Until).ToArray())
        {
            _handshakes.Remove(link);
            handshake.Noise.Dispose();
            Fail(handshake.From.Address);
            context.Emit(new CloseLink(link, IsForced: true));
        }
        foreach (var (link, until) in _lingering.ToArray())
            if (now >= until && _lingering.Remove(link)) context.Emit(new CloseLink(link, IsForced: false));
        return _handshakes.Count > 0 || _lingering.Count > 0;
    }

    private RefusalPayload? Judge(ConnectRequested request, out ConnectRequestPayload? payload)
    {
        payload = null;
        var address = request.From.Address;
        if (bans.IsBanned(address)) return new RefusalPayload(RefusalReason.Banned, default);
        if (_failures.TryGetValue(address, out var failures) && !failures.MayTake(context.Now.Monotonic)) return new RefusalPayload(RefusalReason.TooManyFailures, default);
        if (!ConnectRequestPayload.TryDecode(request.Data, out payload, out var rejection))
            return new RefusalPayload(rejection == Rejection.WrongVersion ? RefusalReason.WrongVersion : RefusalReason.Malformed, default);
        if (!_cookies.IsValid(payload.Cookie.Span, request.From, context.Now.Monotonic))
            return new RefusalPayload(RefusalReason.Retry, _cookies.Make(request.From, context.Now.Monotonic));
        if (IsStopping) return new RefusalPayload(RefusalReason.Stopping, default);
        if (context.Clients.Count + _handshakes.Count >= context.Options.MaxClients) return new RefusalPayload(RefusalReason.Full, default);
        return null;
    }

    private string? WhyNot(PeerId peer, string token)
    {
        if (bans.IsBanned(peer)) return RelayByes.Banned;
        if (bans.IsKicked(peer)) return RelayByes.Kicked;
        var wanted = context.Options.Token;
        var isRight = wanted.Length == 0 || CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(wanted));
        return isRight ? null : RelayByes.Token;
    }

    private void Fail(IPAddress address)
    {
        var now = context.Now.Monotonic;
        context.Counters.HandshakeFailures++;
        if (_failures.Count >= MaxAddresses && !_failures.ContainsKey(address))
        {
            foreach (var (other, bucket) in _failures.ToArray())
                if (bucket.IsFull(now)) _failures.Remove(other);
            if (_failures.Count >= MaxAddresses) return;
        }
        if (!_failures.TryGetValue(address, out var failures))
            failures = new TokenBucket(FailuresPerSecond, context.Options.MaxFailuresPerAddress, now);
        failures.Take(1, now);
        _failures[address] = failures;
    }

    private static UInt128 NewInstance(IRandomSource random)
    {
        var bytes = new byte[16];
        random.Fill(bytes);
        return PeerId.Read(bytes).Value;
    }

    private sealed record Handshake(NoiseHandshake Noise, IPEndPoint From, TimeSpan Until);
}
