using System.Net;
using LanChat.Protocol;

namespace LanChat.Core.Links;

/// <summary>
/// From a connection request to two authenticated ends: refusals, cookies, the three messages, their time limit, and who failed too often
/// (PROTOCOL.md, section 4).
/// </summary>
internal sealed class Handshakes(LinkContext context, AddressCookies cookies)
{
    private readonly List<Link> _unfinished = [];
    private readonly List<Link> _late = [];
    private readonly Dictionary<IPAddress, (int Count, TimeSpan Since)> _failures = [];

    /// <summary>Sends a handshake message on a link; set once by the table.</summary>
    public required Action<Link, ReadOnlyMemory<byte>> SendHandshake { private get; init; }

    /// <summary>The other end is authenticated; false from it ends the link. Set once by the table.</summary>
    public required Func<Link, bool> Established { private get; init; }

    /// <summary>A handshake did not come to its end; set once by the table.</summary>
    public required Action<Link> Failed { private get; init; }

    /// <summary>Decides about somebody's request to connect.</summary>
    public void Decide(ConnectRequested request)
    {
        var from = LinkContext.Plain(request.From);
        if (!ConnectRequestPayload.TryDecode(request.Data, out var payload, out var rejection))
        {
            context.Count("request-" + rejection);
            Refuse(request, rejection == Rejection.WrongVersion ? RefusalReason.WrongVersion : RefusalReason.Malformed);
            return;
        }
        if (context.IsQuitting) Refuse(request, RefusalReason.Stopping);
        else if (context.ByHandle.Count >= LinkTimings.MaxLinks) Refuse(request, RefusalReason.Full);
        else if (HasFailedTooOften(from.Address)) Refuse(request, RefusalReason.TooManyFailures);
        else if (IsCookieNeeded && !cookies.IsValid(payload.Cookie.Span, from, context.Now)) Refuse(request, RefusalReason.Retry, cookies.Make(from, context.Now));
        else Accept(request, from, payload.Noise);
    }

    /// <summary>The transport of a link stands: message 2 goes out, or is waited for.</summary>
    public void Open(Link link)
    {
        link.IsOpen = true;
        link.LastHeard = context.Now;
        Await(link);
        if (!link.Secure.IsInitiator) SendHandshake(link, link.Secure.SecondMessage(context.Payload("")));
    }

    /// <summary>Takes a message on a link that is not established yet.</summary>
    public void Read(Link link, byte channel, ReadOnlyMemory<byte> message, string token)
    {
        if (channel != 0)
        {
            Fail(link, "handshake-channel");
            return;
        }
        if (!link.Secure.TryReadHandshake(message, context.Payload(token), out var reply, out var rejection))
        {
            Fail(link, "handshake-" + rejection);
            return;
        }
        if (!Established(link))
        {
            // An end for a reason, not a failure of the other side's: nothing is held against its address.
            Forget(link);
            Failed(link);
            return;
        }
        if (!reply.IsEmpty) SendHandshake(link, reply);
        if (link.Secure.IsConfirmed) Forget(link);
    }

    /// <summary>The link needs no more watching: it is confirmed, or gone.</summary>
    public void Forget(Link link)
    {
        link.HandshakeUntil = null;
        _unfinished.Remove(link);
    }

    /// <summary>Ends handshakes that took too long.</summary>
    public void Tick()
    {
        foreach (var link in _unfinished)
        {
            if (link.HandshakeUntil <= context.Now) _late.Add(link);
            else if (link.HandshakeUntil is { } until) context.Arm(until);
        }
        foreach (var link in _late) Fail(link, "handshake-timeout");
        _late.Clear();
    }

    /// <summary>This node's loop was late: the others get the time back.</summary>
    public void Excuse(TimeSpan by)
    {
        foreach (var link in _unfinished) link.HandshakeUntil += by;
    }

    /// <summary>Starts the clock of a handshake.</summary>
    public void Await(Link link)
    {
        link.HandshakeUntil = context.Now + LinkTimings.Handshake;
        if (!_unfinished.Contains(link)) _unfinished.Add(link);
        context.Arm(link.HandshakeUntil.Value);
    }

    private bool IsCookieNeeded => _unfinished.Count >= LinkTimings.CookiesFrom;

    private void Accept(ConnectRequested request, IPEndPoint from, ReadOnlyMemory<byte> noise)
    {
        var secure = SecureLink.TryRespond(context.Crypto, context.Options.Identity, context.Random, noise, out var rejection);
        if (secure is null)
        {
            context.Count("request-" + rejection);
            NoteFailure(from.Address);
            Refuse(request, RefusalReason.Malformed);
            return;
        }
        var link = new Link(LinkPurpose.Peer, request.Link, secure) { Remote = from };
        context.ByHandle[request.Link] = link;
        context.Emit(new AcceptLink(request.Link));
        Await(link);
    }

    // A retry is answered with one datagram and forgotten: whoever forges addresses must not make this node repeat itself. It never is
    // longer than the request. Neither are the others.
    private void Refuse(ConnectRequested request, RefusalReason reason, byte[]? cookie = null)
    {
        context.Count("refused-" + reason);
        context.Emit(new RefuseLink(request.Link, new RefusalPayload(reason, cookie ?? []).Encode(), true));
    }

    private void Fail(Link link, string counter)
    {
        context.Count(counter);
        if (!link.Secure.IsInitiator && link.Remote is { } remote) NoteFailure(remote.Address);
        Forget(link);
        Failed(link);
    }

    private bool HasFailedTooOften(IPAddress address)
    {
        if (!_failures.TryGetValue(address, out var failures)) return false;
        if (context.Now - failures.Since < LinkTimings.FailureWindow) return failures.Count >= LinkTimings.MaxFailures;
        _failures.Remove(address);
        return false;
    }

    private void NoteFailure(IPAddress address)
    {
        if (!_failures.TryGetValue(address, out var failures) || context.Now - failures.Since >= LinkTimings.FailureWindow)
        {
            if (_failures.Count >= LinkTimings.MaxFailureAddresses) _failures.Remove(_failures.MinBy(pair => pair.Value.Since).Key);
            failures = (0, context.Now);
        }
        _failures[address] = (failures.Count + 1, failures.Since);
    }
}
