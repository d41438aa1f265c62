using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>One client's place in one room. Owned by the room.</summary>
internal sealed class Subscription(RelayClient client, RelayRoom room)
{
    private ulong[] _knownAuthors = [];

    public RelayClient Client => client;

    public RelayRoom Room => room;

    /// <summary>The last position sent.</summary>
    public long Cursor { get; set; }

    /// <summary>Whether it gets what is new at once; otherwise it is behind and catches up from the log.</summary>
    public bool IsLive { get; set; }

    /// <summary>What the client itself has pruned, by author, as its digest says: below this it can supply nothing.</summary>
    public Dictionary<PeerId, int> Floors { get; } = [];

    /// <summary>Notes that an author's profile goes to this client; true when it had not gone yet.</summary>
    public bool Introduce(int author)
    {
        if (author / 64 >= _knownAuthors.Length) Array.Resize(ref _knownAuthors, author / 64 + 1);
        ref var word = ref _knownAuthors[author / 64];
        var bit = 1ul << (author % 64);
        if ((word & bit) != 0) return false;
        word |= bit;
        return true;
    }
}
