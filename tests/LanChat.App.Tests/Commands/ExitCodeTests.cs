using System.Diagnostics;
using LanChat.Client;
using LanChat.Commands;
using LanChat.Core;
using LanChat.Protocol;
using LanChat.Storage;

namespace LanChat.App.Tests.Commands;

/// <summary>Exit codes are what scripts go by.</summary>
public sealed class ExitCodeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lanchat-exit-").FullName;

    [Theory]
    [InlineData("dance")]
    [InlineData("send")]
    [InlineData("send #ops")]
    [InlineData("send #no/room hi")]
    [InlineData("log #ops --format xml")]
    [InlineData("log #ops --since yesterday-ish")]
    [InlineData("pipe --port 70000")]
    [InlineData("pipe --port many")]
    [InlineData("pipe --nick #ana")]
    [InlineData("pipe --room #a/b")]
    [InlineData("pipe --log-level loud")]
    [InlineData("peers --wait -1")]
    [InlineData("tail #ops -n -1")]
    [InlineData("tail #ops -n many")]
    [InlineData("send #ops hi --timeout soon")]
    public async Task Wrong_usage_is_two(string words) => Assert.Equal(ExitCodes.Usage, await RunAsync(words.Split(' ')));

    [Theory]
    [InlineData("""{"retentionDays":0}""")]
    [InlineData("""{"retentionDays":99999999}""")]
    [InlineData("""{"retentionMegabytes":-1}""")]
    [InlineData("""{"retentionMegabytes":"many"}""")]
    public async Task Settings_that_no_program_can_keep_are_wrong_usage(string settings)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "settings.json"), settings, TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Usage, await RunAsync("id"));
    }

    [Fact]
    public async Task An_empty_profile_is_wrong_usage() => Assert.Equal(ExitCodes.Usage, await CommandLine.RunAsync(["id", "--profile", " "]));

    [Fact]
    public async Task An_at_sign_is_a_person_and_not_a_response_file()
    {
        var file = Path.Combine(_folder, "words");
        await File.WriteAllTextAsync(file, "--help", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Failed, await RunAsync("send", "@" + file, "hi", "--timeout", "0.2", "--no-discovery", "--no-relay"));
    }

    [Fact]
    public async Task Nobody_reached_is_three_and_the_text_is_kept_unless_it_is_to_be_dropped()
    {
        string[] words = ["send", "#ops", "kept", "--timeout", "0.2", "--no-discovery", "--no-relay"];
        Assert.Equal(ExitCodes.NobodyReached, await RunAsync(words));
        Assert.Equal(ExitCodes.NobodyReached, await RunAsync([.. words.Select(w => w == "kept" ? "dropped" : w), "--or-drop"]));
        using var profile = ChatClient.TakeProfile(new ProfileFolder(_folder));
        using var history = PeerStore.Open(new ProfileFolder(_folder).History, DateTimeOffset.UtcNow);
        Assert.Single(await SearchAsync(history, "kept"));
        Assert.Empty(await SearchAsync(history, "dropped"));
    }

    private static async Task<IReadOnlyCollection<EntryHash>> SearchAsync(PeerStore history, string word)
    {
        var found = new TaskCompletionSource<IReadOnlyCollection<EntryHash>>(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(history.TrySubmit(new SearchEntries(1, history.Snapshot.Rooms[0].Id, word), answer => found.SetResult(((EntriesFound)answer).Entries!)));
        return await found.Task;
    }

    [Theory]
    [InlineData("id --ephemeral", ExitCodes.Done)]
    [InlineData("log #nowhere --ephemeral", ExitCodes.Failed)]
    [InlineData("id --ephemeral --nick #ana", ExitCodes.Usage)]
    public async Task A_throw_away_profile_is_gone_at_the_end(string words, int expected)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "lanchat.exe" : "lanchat"), words.Split(' '))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in (string[])["TMPDIR", "TMP", "TEMP"]) start.Environment[variable] = _folder;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using var program = Process.Start(start)!;
        var said = program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(program.ExitCode == expected, await said + errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_room_without_history_is_one() => Assert.Equal(ExitCodes.Failed, await RunAsync("log", "#nowhere"));

    [Fact]
    public async Task A_profile_in_use_is_four()
    {
        using var taken = ChatClient.TakeProfile(new ProfileFolder(_folder));
        Assert.Equal(ExitCodes.ProfileInUse, await RunAsync("id"));
    }

    [Fact]
    public async Task A_new_identity_replaces_the_old_one_which_is_kept()
    {
        Assert.Equal(ExitCodes.Done, await RunAsync("id"));
        var old = await File.ReadAllBytesAsync(Path.Combine(_folder, "identity"), TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Done, await RunAsync("id", "--new"));
        Assert.NotEqual(old, await File.ReadAllBytesAsync(Path.Combine(_folder, "identity"), TestContext.Current.CancellationToken));
        Assert.Contains(Directory.EnumerateFiles(_folder, "identity.replaced-*"), f => File.ReadAllBytes(f).SequenceEqual(old));
    }

    [Theory]
    [InlineData("90m", -90)]
    [InlineData("12h", -720)]
    [InlineData("7d", -10080)]
    public void Since_is_how_long_ago(string text, int minutes)
    {
        var now = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(now.AddMinutes(minutes), LogCommand.ParseSince(text, now));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<int> RunAsync(params string[] words) => CommandLine.RunAsync([.. words, "--profile", _folder]);
}
