namespace LanChat.Core.Discovery;

/// <summary>When beacons are sent and how many (PROTOCOL.md, section 5).</summary>
internal static class DiscoveryTimings
{
    /// <summary>Pauses after the first hellos: they go out at 0, 0.2, 0.6 and 1.4 s.</summary>
    public static readonly TimeSpan[] HelloPauses =
        [TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(800)];

    /// <summary>Between two hellos after that.</summary>
    public static readonly TimeSpan HelloInterval = TimeSpan.FromSeconds(5);

    /// <summary>By which share of itself the interval varies, so that a network's hellos do not fall together.</summary>
    public const double HelloJitter = 0.2;

    /// <summary>A stranger is answered once in this time.</summary>
    public static readonly TimeSpan AnswerPause = TimeSpan.FromSeconds(1);

    /// <summary>Answers, and repetitions, in a second, to all strangers together.</summary>
    public const int AnswersPerSecond = 50;

    /// <summary>Linked peers above which answers are spread over <see cref="AnswerSpread"/>.</summary>
    public const int ManyLinked = 20;

    /// <summary>The longest delay of an answer.</summary>
    public static readonly TimeSpan AnswerSpread = TimeSpan.FromMilliseconds(20);

    /// <summary>Strangers whose last answer is known; beyond it those whose pause is over are forgotten.</summary>
    public const int MaxAnswered = 1024;

    /// <summary>How long a stranger is tried after it was last heard: a few hellos.</summary>
    public static readonly TimeSpan StrangerWanted = TimeSpan.FromSeconds(20);

    /// <summary>Addresses of earlier runs that are greeted.</summary>
    public const int MaxRemembered = 64;

    /// <summary>Between two greetings of those.</summary>
    public static readonly TimeSpan RememberedInterval = TimeSpan.FromSeconds(60);

    /// <summary>Between two messages about known peers on one link.</summary>
    public static readonly TimeSpan TellPause = TimeSpan.FromSeconds(5);

    /// <summary>How long news of peers are gathered before they are told.</summary>
    public static readonly TimeSpan TellDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>How long somebody told of is tried.</summary>
    public static readonly TimeSpan ToldWanted = TimeSpan.FromSeconds(10);
}
