using System.Net;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>What clients want of each other: introductions for a punch, bytes passed on unread, profiles.</summary>
internal sealed class RelayPeers(RelayContext context)
{
    /// <summary>How long the two tokens of an introduction are good for.</summary>
    private static readonly TimeSpan IntroductionTime = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of one client that may wait for its forward rate; beyond it the forwarded link is ended, for its frames may not have gaps.</summary>
    /// <summary>Bytes of a forwarded message besides what it carries: peer, kind, frame and datagram.</summary>
    private const int ForwardOverhead = 128;

    private const int MaxBacklogBytes = 1024 * 1024;

    private const int MaxIntroductions = 4096;

    private const int TokenBytes = 16;

    private readonly List<Introduction> _introductions = [];
    private readonly HashSet<RelayClient> _waiting = [];

    /// <summary>Somebody wants a direct path to somebody else: both get a token and their own chance to punch.</summary>
    public void Introduce(RelayClient client, PeerId peer)
    {
        if (!TryRequest(client)) return;
        if (!context.Clients.TryGetValue(peer, out var other) || other == client)
        {
            context.Refuse(client, RelayErrors.NoSuchPeer, "That peer is not connected here.");
            return;
        }
        if (_introductions.Count >= MaxIntroductions || _introductions.Exists(known => known.IsOf(client, other))) return;
        var introduction = new Introduction(client, other, NewToken(), NewToken(), context.Now.Monotonic + IntroductionTime);
        _introductions.Add(introduction);
        context.IsWaiting = true;
        context.Send(client, 0, new IntroductionMessage(peer, introduction.HostToken));
        context.Send(other, 0, new IntroductionMessage(client.Id, introduction.ClientToken));
    }

    /// <summary>One side of an introduction knocks at the NAT module; when both have, each learns where the other is.</summary>
    public void Punch(PunchRequested request)
    {
        foreach (var introduction in _introductions)
        {
            var isHost = Matches(introduction.HostToken, request.Token);
            if (!isHost && !Matches(introduction.ClientToken, request.Token)) continue;
            var owner = isHost ? introduction.Host : introduction.Client;

            // The token is bound to its link: the address must be the one that link comes from, or a stranger could take the place.
            if (!owner.Remote.Address.Equals(request.Remote.Address)) break;
            if (isHost) introduction.HostAddresses = (request.Local, request.Remote);
            else introduction.ClientAddresses = (request.Local, request.Remote);
            if (introduction is { HostAddresses: { } host, ClientAddresses: { } client })
            {
                _introductions.Remove(introduction);
                context.Emit(new IntroducePunch(host.Local, host.Remote, client.Local, client.Remote, introduction.Tokens));
            }
            return;
        }
        context.Counters.Drop("punch");
    }

    /// <summary>Passes bytes on, as fast as the sender's rate allows.</summary>
    public void Forward(RelayClient client, byte channel, ForwardMessage forward)
    {
        if (client.ForwardBacklog.Count == 0 && client.Forwards.TryTake(CostOf(forward), context.Now.Monotonic))
        {
            Pass(client, channel, forward);
            return;
        }
        if (client.ForwardBacklogBytes + CostOf(forward) > MaxBacklogBytes)
        {
            context.Refuse(
                client, RelayErrors.RetryAfter, $"More than {context.Options.ForwardBytesPerSecond} bytes a second to pass on; the forwarded link is ended.",
                retryAfter: TimeSpan.FromSeconds(1));
            Break(client, forward.Peer);
            return;
        }
        client.ForwardBacklog.Enqueue((channel, forward with { Bytes = forward.Bytes.ToArray() }));
        client.ForwardBacklogBytes += CostOf(forward);
        _waiting.Add(client);
        context.IsWaiting = true;
    }

    /// <summary>A client asks who somebody is.</summary>
    public void AnswerProfile(RelayClient client, PeerId peer)
    {
        if (!TryRequest(client)) return;
        var profile = context.Clients.TryGetValue(peer, out var other) ? other.Profile : null;
        foreach (var subscription in client.Subscriptions.Values)
            profile ??= subscription.Room.Index.FindAuthor(peer)?.Profile;
        context.Send(client, 0, new ProfileAnswerMessage(peer, profile?.Encoded ?? default));
    }

    /// <summary>A client has a new profile: everybody it shares a room with hears of it.</summary>
    public void Update(RelayClient client, ReadOnlyMemory<byte> encoded)
    {
        if (!TryRequest(client)) return;
        if (!Profile.TryDecode(encoded, context.Crypto, out var profile, out var rejection) || profile.Id != client.Id)
        {
            context.Counters.Drop("profile-" + rejection);
            client.Offences++;
            return;
        }
        if (profile.Version <= client.Profile.Version) return;
        client.Profile = profile;
        var told = new HashSet<RelayClient> { client };
        var answer = context.Encode(new ProfileAnswerMessage(client.Id, profile.Encoded));
        foreach (var subscription in client.Subscriptions.Values)
        {
            if (subscription.Room.Index.FindAuthor(client.Id) is { } author)
            {
                author.Profile = profile;
                context.Store(new PutProfile(client.Id, profile.Encoded));
            }
            foreach (var other in subscription.Room.Subscriptions)
                if (told.Add(other.Client)) context.SendEncoded(other.Client, 0, answer);
        }
    }

    /// <summary>Forgets what concerns a client that is gone.</summary>
    public void Gone(RelayClient client)
    {
        _introductions.RemoveAll(introduction => introduction.Host == client || introduction.Client == client);
        _waiting.Remove(client);
    }

    /// <summary>What time changes; true while anything waits.</summary>
    public bool Tick()
    {
        var now = context.Now.Monotonic;
        _introductions.RemoveAll(introduction => now >= introduction.Until);
        foreach (var client in _waiting.ToArray())
        {
            while (client.ForwardBacklog.TryPeek(out var next) && client.Forwards.TryTake(CostOf(next.Message), now))
            {
                client.ForwardBacklog.Dequeue();
                client.ForwardBacklogBytes -= CostOf(next.Message);
                Pass(client, next.Channel, next.Message);
            }
            if (client.ForwardBacklog.Count == 0) _waiting.Remove(client);
        }
        return _waiting.Count > 0 || _introductions.Count > 0;
    }

    /// <summary>Bytes that passing it on takes: who says nothing costs its receiver something too.</summary>
    private static int CostOf(ForwardMessage forward) => forward.Bytes.Length + ForwardOverhead;

    private bool TryRequest(RelayClient client)
    {
        if (client.Requests.TryTake(1, context.Now.Monotonic)) return true;
        context.Refuse(client, RelayErrors.RetryAfter, $"More than {RelayClient.RequestsPerSecond} requests a second.", retryAfter: TimeSpan.FromSeconds(1));
        return false;
    }

    private void Pass(RelayClient client, byte channel, ForwardMessage forward)
    {
        if (!context.Clients.TryGetValue(forward.Peer, out var other) || other == client)
        {
            if (forward.Kind != ForwardKind.Close) context.Refuse(client, RelayErrors.NoSuchPeer, "That peer is not connected here.");
            return;
        }
        if (other.QueuedBytes > context.Options.MaxQueuedBytes && forward.Kind != ForwardKind.Close)
        {
            context.Counters.Drop("forward-slow");
            Break(client, forward.Peer);
            return;
        }
        context.Counters.BytesForwarded += forward.Bytes.Length;
        context.Send(other, channel, forward with { Peer = client.Id });
    }

    /// <summary>Ends the link the two have through here: it may have no gap.</summary>
    private void Break(RelayClient client, PeerId peer)
    {
        context.Send(client, 0, new ForwardMessage(peer, ForwardKind.Close, default));
        if (context.Clients.TryGetValue(peer, out var other)) context.Send(other, 0, new ForwardMessage(client.Id, ForwardKind.Close, default));
    }

    private byte[] NewToken()
    {
        var token = new byte[TokenBytes];
        context.Options.Random.Fill(token);
        return token;
    }

    private static bool Matches(byte[] token, string hex) => Convert.ToHexString(token).Equals(hex, StringComparison.OrdinalIgnoreCase);

    private sealed record Introduction(RelayClient Host, RelayClient Client, byte[] HostToken, byte[] ClientToken, TimeSpan Until)
    {
        public (IPEndPoint Local, IPEndPoint Remote)? HostAddresses { get; set; }

        public (IPEndPoint Local, IPEndPoint Remote)? ClientAddresses { get; set; }

        public string Tokens => $"{Convert.ToHexStringLower(HostToken)},{Convert.ToHexStringLower(ClientToken)}";

        public bool IsOf(RelayClient one, RelayClient other) => (Host == one && Client == other) || (Host == other && Client == one);
    }
}
