using System.Globalization;
using System.Text;
using LanChat.Core;

namespace LanChat.Relay;

/// <summary>A relay's numbers in the text format that Prometheus reads (version 0.0.4).</summary>
internal static class MetricsText
{
    /// <summary>The numbers by name, without the drops by reason.</summary>
    public static IEnumerable<(string Name, double Value, bool IsCounter, string Help)> Numbers(RelayMetrics metrics)
    {
        yield return ("clients", metrics.Clients, false, "Clients connected.");
        yield return ("rooms", metrics.Rooms, false, "Rooms in memory.");
        yield return ("entries_in_total", metrics.EntriesIn, true, "Entries kept.");
        yield return ("deliveries_total", metrics.Deliveries, true, "Entries sent to clients.");
        yield return ("received_bytes_total", metrics.BytesIn, true, "Bytes of frames received.");
        yield return ("sent_bytes_total", metrics.BytesOut, true, "Bytes of frames sent.");
        yield return ("forwarded_bytes_total", metrics.BytesForwarded, true, "Bytes passed from client to client.");
        yield return ("held_entries", metrics.HeldEntries, false, "Entries waiting for a parent.");
        yield return ("held_bytes", metrics.HeldBytes, false, "Bytes of entries waiting for a parent.");
        yield return ("uncommitted_entries", metrics.WaitingEntries, false, "Entries stamped and not yet on disk.");
        yield return ("lagging_subscriptions", metrics.LaggingSubscriptions, false, "Subscriptions catching up from the log.");
        yield return ("queued_bytes", metrics.QueuedBytes, false, "Bytes on their way to clients and not acknowledged.");
        yield return ("commits_total", metrics.Commits, true, "Appends carried out.");
        yield return ("commit_seconds_total", metrics.CommitTime.TotalSeconds, true, "Time between appends and their answers, in all.");
        yield return ("handshake_failures_total", metrics.HandshakeFailures, true, "Handshakes not finished.");
    }

    /// <summary>The page.</summary>
    public static string Page(RelayMetrics metrics)
    {
        var page = new StringBuilder();
        foreach (var (name, value, isCounter, help) in Numbers(metrics))
        {
            page.Append(CultureInfo.InvariantCulture, $"# HELP lanchat_relay_{name} {help}\n# TYPE lanchat_relay_{name} {(isCounter ? "counter" : "gauge")}\n");
            page.Append(CultureInfo.InvariantCulture, $"lanchat_relay_{name} {value}\n");
        }
        page.Append("# HELP lanchat_relay_drops_total What was refused or dropped, by reason.\n# TYPE lanchat_relay_drops_total counter\n");
        foreach (var (reason, count) in metrics.Drops)
            page.Append(CultureInfo.InvariantCulture, $"lanchat_relay_drops_total{{reason=\"{reason}\"}} {count}\n");
        return page.ToString();
    }
}
