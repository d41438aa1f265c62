namespace LanChat.Relay.Tests;

public sealed class RelaySettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lanchat-relay-settings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_option_beats_its_variable_which_beats_the_file_which_beats_the_default()
    {
        File.WriteAllText(Path.Combine(_folder, "relay.json"), """{ "port": 1, "name": "file", "token": "file", /* why */ "maxClients": 7, }""");
        var settings = Settle(new() { ["port"] = "3" }, new() { ["LANCHAT_RELAY_PORT"] = "2", ["LANCHAT_RELAY_NAME"] = "variable" });
        Assert.Equal((3L, "variable", "file"), (settings.Number("port", 42043), settings.Text("name"), settings.Text("token")));
        Assert.Equal((7L, 20L), (settings.Number("max-clients", 1000), settings.Number("max-failures", 20)));
    }

    [Theory]
    [InlineData("port", "x", "--port is 'x'")]
    [InlineData("port", "-1", "--port is '-1'")]
    [InlineData("json", "maybe", "it takes true or false")]
    [InlineData("config", "/does/not/exist.json", "There is no file")]
    public void A_value_that_does_not_fit_is_refused_with_what_does(string name, string value, string expected)
    {
        var wrong = Assert.Throws<FormatException>(() => Settle(new() { [name] = value }, []));
        Assert.Contains(expected, wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "prot": 1 }""", "no setting 'prot'")]
    [InlineData("""{ "port": "abc" }""", "port is 'abc'")]
    [InlineData("""[1]""", "not a JSON object")]
    [InlineData("""{ "port": """, "not a JSON object")]
    public void A_file_that_cannot_be_understood_is_named(string content, string expected)
    {
        var path = Path.Combine(_folder, "relay.json");
        File.WriteAllText(path, content);
        var wrong = Assert.Throws<FormatException>(() => Settle([], []));
        Assert.Contains(expected, wrong.Message, StringComparison.Ordinal);
        Assert.Contains(path, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Switches_are_understood_from_everywhere()
    {
        File.WriteAllText(Path.Combine(_folder, "relay.json"), """{ "noDiscovery": true }""");
        var settings = Settle([], new() { ["LANCHAT_RELAY_JSON"] = "1" });
        Assert.True(settings.Is("json"));
        Assert.True(settings.Is("no-discovery"));
    }

    private RelaySettings Settle(Dictionary<string, string> options, Dictionary<string, string> environment)
    {
        options.TryAdd("data", _folder);
        return RelaySettings.Settle(options, name => environment.GetValueOrDefault(name));
    }
}
