using LanChat.Core;

namespace LanChat.Client;

/// <summary>Writes into the log what a client tells: who comes and goes, which relay is used, and, at debug, rooms, errors and what was dropped.</summary>
internal static class EventLog
{
    /// <summary>Follows a client until it ends, unless the log would keep nothing of it.</summary>
    public static void Follow(ChatClient client, Log log)
    {
        if (log.Keeps(LogLevel.Information)) _ = FollowAsync(client, log);
    }

    private static async Task FollowAsync(ChatClient client, Log log)
    {
        var events = client.Subscribe();
        try
        {
            // It may have been ready before it was followed.
            var ready = client.Ready;
            if (ready is not null) Write(log, ready);
            await foreach (var told in events.ReadAllAsync().ConfigureAwait(false))
                if (ready is null || told.Event is not ReadyEvent) Write(log, told.Event);
            foreach (var (name, count) in client.Counters.OrderBy(pair => pair.Key, StringComparer.Ordinal)) log.Write(LogLevel.Debug, $"counted {name}: {count}");
        }
        catch (ClientException behind)
        {
            log.Write(LogLevel.Error, behind.Message);
        }
        catch (Exception full) when (full is IOException or ObjectDisposedException)
        {
            // The log cannot be written any more, or the program ends; neither is the client's concern.
        }
    }

    private static void Write(Log log, ChatEvent happened)
    {
        switch (happened)
        {
            case ReadyEvent ready: log.Write(LogLevel.Information, $"ready as {ready.Nick} ({ready.PeerId})"); break;
            case PeerEvent { IsUp: true } peer: log.Write(LogLevel.Information, $"{peer.Nick} ({peer.PeerId}) is reached by {peer.Path} at {peer.Address}"); break;
            case PeerEvent peer: log.Write(LogLevel.Information, $"{peer.Nick} ({peer.PeerId}) is gone: {peer.Reason}"); break;
            case RelayEvent relay: log.Write(LogLevel.Information, $"relay {relay.Address} is {relay.State} {relay.Reason}".TrimEnd()); break;
            case WarningEvent warning: log.Write(LogLevel.Warning, warning.Text); break;
            case MemberEvent member: log.Write(LogLevel.Debug, $"{member.Nick} {(member.IsJoined ? "joined" : "left")} {member.Room.Label} {member.Reason}"); break;
            case ErrorEvent error: log.Write(LogLevel.Debug, $"{error.Code}: {error.Message}"); break;
        }
    }
}
