using System.Collections.Immutable;

namespace LanChat.Core;

/// <summary>A relay's numbers since its start. One owner.</summary>
internal sealed class RelayCounters
{
    private readonly Dictionary<string, long> _drops = [];

    public long EntriesIn;
    public long Deliveries;
    public long BytesIn;
    public long BytesOut;
    public long BytesForwarded;
    public long Commits;
    public TimeSpan CommitTime;
    public long HandshakeFailures;
    public int HeldEntries;
    public long HeldBytes;
    public int WaitingEntries;
    public long WaitingBytes;

    /// <summary>Counts something refused or dropped. Reasons are words of the program, never of a peer.</summary>
    public void Drop(string reason) => _drops[reason] = _drops.GetValueOrDefault(reason) + 1;

    public ImmutableSortedDictionary<string, long> Drops() => _drops.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
