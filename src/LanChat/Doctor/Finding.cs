namespace LanChat.Doctor;

/// <summary>One cause, and what to do about it.</summary>
/// <param name="Cause">A stable word for scripts.</param>
/// <param name="Confidence">0 to 1: how sure it is that this keeps people apart.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record Finding(string Cause, double Confidence, string Evidence, string Remedy);

/// <summary>The words for causes.</summary>
internal static class Causes
{
    public const string NoInterface = "no-interface";
    public const string DiscoveryPortTaken = "discovery-port-taken";
    public const string BroadcastFiltered = "broadcast-filtered";
    public const string LinkPortBlocked = "link-port-blocked";
    public const string OtherSubnet = "other-subnet";
    public const string ProtocolVersion = "protocol-version";
    public const string ClockOffset = "clock-offset";
    public const string PeerUnresolvable = "peer-unresolvable";
    public const string PeerUnreachable = "peer-unreachable";
    public const string RelayUnreachable = "relay-unreachable";
    public const string RelayTokenRefused = "relay-token-refused";
    public const string RelayFingerprintChanged = "relay-fingerprint-changed";
    public const string RelayRefused = "relay-refused";
    public const string IdentityElsewhere = "identity-elsewhere";
    public const string NobodyAnswers = "nobody-answers";
}
