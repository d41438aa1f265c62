using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Relay;

/// <summary>Notices as readable lines or as JSON, one object per line, flushed at once. Any thread may write.</summary>
internal sealed class OperatorOutput(TextWriter writer, bool isJson, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _gate = new();

    /// <summary>The first line: where the relay listens and who it is.</summary>
    public void Listening(IPEndPoint address, PeerId id, string name)
    {
        var digits = Fingerprint.Digits(id).Replace(' ', '-');
        if (isJson) Object("listening", ("address", address.ToString()), ("port", address.Port), ("fingerprint", digits), ("peerId", id.ToString()), ("name", name));
        else Line($"lanchat-relay listening on {address} fingerprint {digits}");
    }

    /// <summary>A plain word of the program.</summary>
    public void Say(string text)
    {
        if (isJson) Object("info", ("text", text));
        else Line(text);
    }

    /// <summary>A notice of the node.</summary>
    public void Tell(RelayNotice notice)
    {
        switch (notice)
        {
            case ClientCame came: Client("up", came.Client, "", came.Connected); break;
            case ClientWent went: Client("down", went.Client, went.Reason, went.Connected); break;
            case ClientList list: List(list); break;
            case RoomList list: List(list); break;
            case BanList list when isJson: Object("bans", ("bans", list.Bans)); break;
            case BanList list: Line(list.Bans.IsEmpty ? "Nobody is banned." : string.Join(Environment.NewLine, list.Bans)); break;
            case Statistics statistics: Numbers(statistics.Metrics); break;
            case CommandDone done when isJson: Object("done", ("text", done.Text)); break;
            case CommandDone done: Line(done.Text); break;
            case CommandRefused refused when isJson: Object("error", ("text", refused.Text)); break;
            case CommandRefused refused: Line(refused.Text); break;
            case RelayWarning warning when isJson: Object("warning", ("text", warning.Text)); break;
            case RelayWarning warning: Line("Warning: " + warning.Text); break;
        }
    }

    private void Client(string state, RelayClientInfo client, string reason, int connected)
    {
        if (isJson)
        {
            Object(
                "client", ("state", state), ("nick", client.Nick), ("peerId", client.Id.ToString()), ("ip", client.Address.Address.ToString()),
                ("port", client.Address.Port), ("reason", reason), ("connected", connected));
            return;
        }
        var sign = state == "up" ? '+' : '-';
        var why = reason.Length > 0 ? $" {reason}" : "";
        Line($"{Clock} {sign} {client.Nick} {client.Id} {client.Address.Address} {client.Address.Port}{why} ({connected} connected)");
    }

    private void List(ClientList list)
    {
        if (isJson)
        {
            Object("clients", ("clients", list.Clients.Select(client => new
            {
                nick = client.Nick,
                peerId = client.Id.ToString(),
                ip = client.Address.Address.ToString(),
                port = client.Address.Port,
                since = Time(client.SinceUtcMilliseconds),
                rooms = client.Rooms,
                messages = client.Messages,
                bytes = client.Bytes,
            })));
            return;
        }
        var lines = new List<string> { list.Clients.IsEmpty ? "Nobody is connected." : $"{list.Clients.Length} connected:" };
        lines.AddRange(list.Clients.Select(client => string.Create(
            CultureInfo.InvariantCulture,
            $"{client.Nick} {client.Id} {client.Address.Address} {client.Address.Port} since {Time(client.SinceUtcMilliseconds)} "
            + $"rooms {client.Rooms} messages {client.Messages} bytes {client.Bytes}")));
        Line(string.Join(Environment.NewLine, lines));
    }

    private void List(RoomList list)
    {
        if (isJson)
        {
            Object("rooms", ("rooms", list.Rooms.Select(room => new
            {
                room = room.Id.ToString(),
                members = room.Members,
                entries = room.Entries,
                bytes = room.Bytes,
                closed = room.IsClosed,
            })));
            return;
        }
        var lines = new List<string> { list.Rooms.IsEmpty ? "No room is in use." : $"{list.Rooms.Length} rooms:" };
        lines.AddRange(list.Rooms.Select(room => room.IsClosed
            ? $"{room.Id} closed"
            : string.Create(CultureInfo.InvariantCulture, $"{room.Id} members {room.Members} messages {room.Entries} bytes {room.Bytes}")));
        Line(string.Join(Environment.NewLine, lines));
    }

    private void Numbers(RelayMetrics metrics)
    {
        var numbers = MetricsText.Numbers(metrics).ToList();
        if (isJson) Object("stats", [.. numbers.Select(number => (number.Name, (object)number.Value))]);
        else Line(string.Join(Environment.NewLine, numbers.Select(number => string.Create(CultureInfo.InvariantCulture, $"{number.Name} {number.Value}"))));
    }

    private string Clock => time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Time(long utcMilliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(utcMilliseconds).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private void Object(string name, params ReadOnlySpan<(string Name, object Value)> fields)
    {
        var json = new Dictionary<string, object> { ["event"] = name, ["time"] = Time(time.GetUtcNow().ToUnixTimeMilliseconds()) };
        foreach (var (field, value) in fields) json[field] = value;
        Line(JsonSerializer.Serialize(json, Json));
    }

    private void Line(string text)
    {
        lock (_gate)
        {
            writer.WriteLine(text);
            writer.Flush();
        }
    }
}
