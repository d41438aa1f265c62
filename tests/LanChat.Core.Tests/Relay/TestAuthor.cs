using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Relay;

/// <summary>Somebody's chain in one room.</summary>
internal sealed class TestAuthor(RelayWorld world, RoomSecret room, PeerIdentity identity)
{
    private readonly SeededRandomSource _random = new((ulong)identity.Id.Value);

    public int Seq { get; private set; }

    public EntryHash Head { get; private set; }

    public Entry Write(string text, params Entry[] after) => Write(new TextBody(text), world.Now.UtcMilliseconds, PeerId.None, after);

    public Entry WriteAt(long milliseconds, string text) => Write(new TextBody(text), milliseconds, PeerId.None, []);

    public Entry WriteTo(PeerId recipient, string text) => Write(new TextBody(text), world.Now.UtcMilliseconds, recipient, []);

    /// <summary>Goes back to before an entry, to write another one in its place.</summary>
    public void Fork(Entry at) => (Seq, Head) = (at.Seq - 1, at.Previous);

    private Entry Write(EntryBody body, long milliseconds, PeerId recipient, Entry[] after)
    {
        var entry = EntrySeal.Create(
            world.Crypto, identity, room, Seq + 1, Head, [.. after.Select(parent => parent.Ref)], HybridClock.At(milliseconds), recipient, body, _random);
        (Seq, Head) = (entry.Seq, entry.Hash);
        return entry;
    }
}
