using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Relay.Tests;

public sealed class OperatorTests
{
    private static readonly RelayClientInfo Ana = new(
        new PeerId(0xABCDEF), "ana", new IPEndPoint(IPAddress.Parse("10.0.0.7"), 44042), 1_800_000_000_000, 2, 5, 900);

    [Fact]
    public void Every_command_is_read()
    {
        Assert.Equal(new ListClients(), Parse("clients"));
        Assert.Equal(new ListRooms(), Parse(" rooms "));
        Assert.Equal(new SayToRoom("#lobby", "good  morning"), Parse("say #lobby good  morning"));
        Assert.Equal(new SayToRoom("*", "hi"), Parse("SAY * hi"));
        Assert.Equal(new SayToPeer("ana#00ab", "psst"), Parse("msg ana#00ab psst"));
        Assert.Equal(new KickPeer("ana maria"), Parse("kick ana maria"));
        Assert.Equal(new Ban("10.0.0.7"), Parse("ban 10.0.0.7"));
        Assert.Equal(new Unban("10.0.0.7"), Parse("unban 10.0.0.7"));
        Assert.Equal(new ListBans(), Parse("bans"));
        Assert.Equal(new CloseRoom("#lobby"), Parse("close #lobby"));
        Assert.Equal(new AskStatistics(), Parse("stats"));
        Assert.Equal(new StopRelay(), Parse("quit"));
    }

    [Theory]
    [InlineData("say #lobby", "Usage: say ROOM|* TEXT")]
    [InlineData("kick", "Usage: kick PEER")]
    [InlineData("dance", "no command 'dance'")]
    public void What_is_not_understood_gets_its_usage(string line, string expected)
    {
        Assert.False(OperatorLine.TryParse(line, out _, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_comes_and_goes_is_told_in_one_line_with_all_there_is_to_know()
    {
        var line = Tell(false, new ClientCame(Ana, 3)).Trim();
        Assert.EndsWith($"+ ana {Ana.Id} 10.0.0.7 44042 (3 connected)", line, StringComparison.Ordinal);
        var json = JsonDocument.Parse(Tell(true, new ClientWent(Ana, "lost", 2))).RootElement;
        Assert.Equal(("client", "down", "lost"), (json.GetProperty("event").GetString(), json.GetProperty("state").GetString(), json.GetProperty("reason").GetString()));
        Assert.Equal((44042, 2), (json.GetProperty("port").GetInt32(), json.GetProperty("connected").GetInt32()));
        Assert.Equal(("10.0.0.7", Ana.Id.ToString()), (json.GetProperty("ip").GetString(), json.GetProperty("peerId").GetString()));
    }

    [Fact]
    public void Every_answer_has_its_form_in_text_and_in_json()
    {
        RelayNotice[] notices =
        [
            new ClientList([Ana]), new RoomList([new RelayRoomInfo(new RoomId(5), 1, 2, 3, false), new RelayRoomInfo(new RoomId(6), 0, 0, 0, true)]),
            new BanList(["10.0.0.7"]), new CommandDone("done"), new CommandRefused("no"), new RelayWarning("mind"), new Statistics(Metrics()),
        ];
        foreach (var notice in notices)
        {
            Assert.NotEqual("", Tell(false, notice).Trim());
            var lines = Tell(true, notice).Trim().Split('\n');
            Assert.True(JsonDocument.Parse(Assert.Single(lines)).RootElement.TryGetProperty("event", out _));
        }
        Assert.Contains("rooms 2 messages 5 bytes 900", Tell(false, notices[0]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_for_prometheus_has_every_number_and_every_reason()
    {
        var page = MetricsText.Page(Metrics());
        foreach (var (name, _, _, _) in MetricsText.Numbers(Metrics())) Assert.Contains($"\nlanchat_relay_{name} ", page, StringComparison.Ordinal);
        Assert.Contains("lanchat_relay_drops_total{reason=\"forged\"} 4\n", page, StringComparison.Ordinal);
        Assert.Contains("lanchat_relay_commit_seconds_total 1.5\n", page, StringComparison.Ordinal);
        Assert.All(page.TrimEnd('\n').Split('\n'), line => Assert.Matches("^(# (HELP|TYPE) lanchat_relay_|lanchat_relay_[a-z_]+({reason=\"[a-zA-Z-]+\"})? [0-9.E+]+$)", line));
    }

    private static RelayCommand Parse(string line)
    {
        Assert.True(OperatorLine.TryParse(line, out var command, out var problem), problem);
        return command;
    }

    private static string Tell(bool isJson, RelayNotice notice)
    {
        var writer = new StringWriter();
        new OperatorOutput(writer, isJson, TimeProvider.System).Tell(notice);
        return writer.ToString();
    }

    private static RelayMetrics Metrics() => new(
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, TimeSpan.FromSeconds(1.5), 14, ImmutableSortedDictionary<string, long>.Empty.Add("forged", 4), default);
}
