using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>Gathers what members say they have taken and passes it to the authors a few times a second, so that a message costs no receipt per member.</summary>
internal sealed class RelayReceipts(RelayContext context)
{
    /// <summary>How long receipts are gathered.</summary>
    public static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(250);

    /// <summary>Lines gathered in one room; so many are passed on at once, or each member's word on each author would be kept.</summary>
    public const int MaxGathered = 16384;

    private readonly Dictionary<RelayRoom, TimeSpan> _gathering = [];

    /// <summary>Takes a member's receipt. Only the latest line per author and member is kept.</summary>
    public void Take(RelayClient client, RelayReceiptMessage message)
    {
        if (!client.Subscriptions.TryGetValue(message.Room, out var subscription)) return;
        var room = subscription.Room;
        foreach (var receipt in message.Receipts)
        {
            if (receipt.Line.Author == client.Id || !context.Clients.ContainsKey(receipt.Line.Author)) continue;
            room.Receipts[(receipt.Line.Author, client.Id)] = receipt.Line;
            if (room.Receipts.Count >= MaxGathered) PassOn(room);
        }
        if (room.Receipts.Count == 0) return;
        _gathering.TryAdd(room, context.Now.Monotonic + GatherTime);
        context.IsWaiting = true;
    }

    /// <summary>Passes on what was gathered; true while anything waits.</summary>
    public bool Tick()
    {
        foreach (var (room, due) in _gathering.ToArray())
        {
            if (context.Now.Monotonic < due) continue;
            _gathering.Remove(room);
            PassOn(room);
        }
        return _gathering.Count > 0;
    }

    private void PassOn(RelayRoom room)
    {
        foreach (var author in room.Receipts.GroupBy(receipt => receipt.Key.Author, receipt => new MemberReceipt(receipt.Key.Member, receipt.Value)))
        {
            if (!context.Clients.TryGetValue(author.Key, out var client) || !client.Subscriptions.ContainsKey(room.Id)) continue;
            foreach (var lines in author.Chunk(SeqRanges.LinesPerMessage)) context.Send(client, room.Id, new RelayReceiptMessage(room.Id, [.. lines]));
        }
        room.Receipts.Clear();
    }
}
