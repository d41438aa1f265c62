namespace LanChat.Core.Links;

/// <summary>When things happen on links and in discovery (PROTOCOL.md, sections 4 and 5).</summary>
internal static class LinkTimings
{
    /// <summary>A handshake that is not through by then is ended by force.</summary>
    public static readonly TimeSpan Handshake = TimeSpan.FromSeconds(2);

    /// <summary>How long the larger id waits for the smaller one to connect.</summary>
    public static readonly TimeSpan LargerIdWaits = TimeSpan.FromMilliseconds(500);

    /// <summary>How long an address that is link-local waits for a better one of the same peer.</summary>
    public static readonly TimeSpan LinkLocalWaits = TimeSpan.FromMilliseconds(30);

    /// <summary>Silence that puts a path in doubt: two lost pings.</summary>
    public static readonly TimeSpan Doubt = TimeSpan.FromMilliseconds(700);

    /// <summary>Silence after which a path is dead.</summary>
    public static readonly TimeSpan Dead = TimeSpan.FromMilliseconds(2500);

    /// <summary>How long the lesser of two links stays open: what is on its way arrives.</summary>
    public static readonly TimeSpan SupersededStays = TimeSpan.FromSeconds(1);

    /// <summary>How long a superseded link waits for acknowledgements after that.</summary>
    public static readonly TimeSpan SupersededDrains = TimeSpan.FromSeconds(1);

    /// <summary>How often a forwarded link that is the best path asks whether the other side is there.</summary>
    public static readonly TimeSpan AliveWhenBest = TimeSpan.FromMilliseconds(800);

    /// <summary>How often one that only stands by asks.</summary>
    public static readonly TimeSpan AliveWhenIdle = TimeSpan.FromSeconds(10);

    /// <summary>How long goodbyes may take to be acknowledged.</summary>
    public static readonly TimeSpan Quit = TimeSpan.FromMilliseconds(400);

    /// <summary>How long a lost peer's address is tried again, besides what discovery finds.</summary>
    public static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(20);

    /// <summary>Between two tries to reach one candidate, doubled with each failure.</summary>
    public static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause between two tries to reach one candidate.</summary>
    public static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    /// <summary>Between two tries to reach an address the user gave.</summary>
    public static readonly TimeSpan GivenRetry = TimeSpan.FromSeconds(5);

    /// <summary>Requests per connection attempt, 500 ms apart.</summary>
    public const int Requests = 3;

    /// <summary>Connection attempts to addresses nobody has proved to answer at, at once.</summary>
    public const int MaxUnprovenConnects = 8;

    /// <summary>Unfinished handshakes from which on a request needs a cookie.</summary>
    public const int CookiesFrom = 8;

    /// <summary>Candidates kept; beyond it the oldest is forgotten.</summary>
    public const int MaxCandidates = 1024;

    /// <summary>Frames that do not decode, on one link, after which it is ended.</summary>
    public const int MaxOffences = 100;

    /// <summary>Links with peers; beyond it requests are refused as full.</summary>
    public const int MaxLinks = 1024;

    /// <summary>Failed handshakes an address may have within <see cref="FailureWindow"/>.</summary>
    public const int MaxFailures = 20;

    /// <summary>Addresses whose failures are counted; beyond it the oldest is forgotten.</summary>
    public const int MaxFailureAddresses = 1024;

    /// <summary>How long failures count.</summary>
    public static readonly TimeSpan FailureWindow = TimeSpan.FromMinutes(1);

    /// <summary>The first pause before a relay is tried again, doubled with each failure.</summary>
    public static readonly TimeSpan RelayFirstRetry = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause before a relay is tried again while it was there within <see cref="RelayRecently"/>.</summary>
    public static readonly TimeSpan RelayRetry = TimeSpan.FromSeconds(1.5);

    /// <summary>The longest pause before a relay is tried again at all.</summary>
    public static readonly TimeSpan RelayLongestRetry = TimeSpan.FromSeconds(15);

    /// <summary>How long a relay that was there is expected back soon.</summary>
    public static readonly TimeSpan RelayRecently = TimeSpan.FromMinutes(2);

    /// <summary>How long a relay found by its beacon is tried without another one of them.</summary>
    public static readonly TimeSpan RelayFoundStays = TimeSpan.FromSeconds(60);

    /// <summary>How long a kicked client stays away.</summary>
    public static readonly TimeSpan RelayKicked = TimeSpan.FromSeconds(60);

    /// <summary>How long a token of an introduction is good for.</summary>
    public static readonly TimeSpan Introduction = TimeSpan.FromSeconds(10);

    /// <summary>Between two requests for one introduction: they are datagrams and may be lost.</summary>
    public static readonly TimeSpan PunchRepeat = TimeSpan.FromMilliseconds(400);

    /// <summary>Requests for one introduction.</summary>
    public const int PunchRequests = 5;

    /// <summary>Pauses between two introductions with a peer reached through the relay only; the last one goes on.</summary>
    public static readonly TimeSpan[] IntroductionPauses =
        [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(5)];

    /// <summary>Links through the relay; beyond it nobody is answered.</summary>
    public const int MaxForwardedLinks = 1024;

    /// <summary>At most one warning of a running copy of this identity in this time.</summary>
    public static readonly TimeSpan IdentityWarning = TimeSpan.FromMinutes(1);
}
