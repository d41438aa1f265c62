using System.Collections.Immutable;
using LanChat.Core.Links;
using LanChat.Core.Ordering;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>What a room knows of one linked member's history.</summary>
internal sealed class SyncPartner(PeerSession session)
{
    public PeerSession Session { get; } = session;

    /// <summary>What it has shown to hold, by author.</summary>
    public Dictionary<PeerId, DigestLine> Theirs { get; } = new();

    public bool HasShownDigest { get; set; }

    /// <summary>A summary it showed that this client has not gone through lately.</summary>
    public UInt128? OddSummary { get; set; }

    public TimeSpan LastDigest { get; set; } = TimeSpan.MinValue / 2;

    /// <summary>Whom of the room it is linked to.</summary>
    public HashSet<PeerId> Neighbours { get; set; } = [];

    public ImmutableArray<PeerId> NeighboursTold { get; set; } = [];

    /// <summary>What it was asked for and has not finished answering.</summary>
    public Dictionary<int, OpenWant> Wants { get; } = new();

    /// <summary>Wants of its own that are being read from the store.</summary>
    public int Serving { get; set; }

    /// <summary>Authors whose entries came from it since the last receipt.</summary>
    public HashSet<PeerId> ReceiptsDue { get; } = [];

    /// <summary>Profiles sent on this link, so that none is sent twice.</summary>
    public HashSet<(PeerId, long)> ProfilesSent { get; } = [];
}

/// <summary>A want that is being answered.</summary>
internal sealed class OpenWant(ImmutableArray<WantLine> lines, TimeSpan asked)
{
    public ImmutableArray<WantLine> Lines { get; } = lines;

    public TimeSpan LastProgress { get; private set; } = asked;

    /// <summary>Entries that came in answer and were new.</summary>
    public int Taken { get; private set; }

    public void Progress(int entries, TimeSpan now)
    {
        Taken += entries;
        if (entries > 0) LastProgress = now;
    }
}
