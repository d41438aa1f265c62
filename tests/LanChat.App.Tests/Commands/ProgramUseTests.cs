using System.Diagnostics;
using System.Runtime.InteropServices;
using LanChat.Client;
using LanChat.Standins.Tests.TerminalGui;

namespace LanChat.App.Tests.Commands;

/// <summary>The program as scripts and impatient people use it: a process, its pipes and its signals.</summary>
public sealed class ProgramUseTests : IDisposable
{
    private const int Interrupt = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("lanchat-use-").FullName;

    [Fact]
    public async Task What_is_asked_before_ready_neither_ends_it_nor_is_forgotten()
    {
        const string FirstRun = """{"do":"send","room":"#lobby","text":"kept"}""" + "\n";
        const string SecondRun = """{"do":"nick","nick":"bo"}""" + "\n" + """{"do":"forget","room":"#lobby"}""" + "\n" + """{"do":"rooms"}""" + "\n";
        Assert.Equal(ExitCodes.Done, (await RunAsync(FirstRun, "pipe")).Code);

        using var second = Start("pipe");
        await second.StandardInput.WriteAsync(SecondRun);
        await second.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await LinesAsync(second, line => line.Contains("\"event\":\"ready\"", StringComparison.Ordinal));
        second.StandardInput.Close();
        await second.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((ExitCodes.Done, ""), (second.ExitCode, await second.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)));

        // Whether it came before ready or after.
        Assert.Matches(@"nickname +bo\s", (await RunAsync("", "id")).Output);
    }

    [Fact]
    public async Task A_text_to_a_room_joined_by_passphrase_comes_after_the_join()
    {
        const string Lines = """{"do":"join","room":"#vault","passphrase":"seven wild geese over the marsh"}""" + "\n"
            + """{"do":"send","room":"#vault","text":"inside"}""" + "\n";

        var (code, output, _) = await RunAsync(Lines, "pipe");

        Assert.Equal(ExitCodes.Done, code);
        Assert.Contains("\"text\":\"inside\"", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\"event\":\"error\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_says_as_much_as_it_is_asked_to()
    {
        var file = Path.Combine(_folder, "log");
        await RunAsync("/join #no/room\n", "pipe", "--log-file", file, "--log-level", "debug");
        var log = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains(" information ready as ", log, StringComparison.Ordinal);

        await RunAsync("hello\n", "pipe", "--log-file", file + "2");
        Assert.Equal("", await File.ReadAllTextAsync(file + "2", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task More_lines_than_may_be_open_end_when_nobody_is_there()
    {
        var lines = string.Concat(Enumerable.Range(1, 600).Select(i => $"line {i}\n"));

        var (code, _, errors) = await RunAsync(lines, "send", "#ops", "-", "--timeout", "1");

        Assert.Equal(ExitCodes.NobodyReached, code);
        Assert.Contains("The 512 messages are kept", errors, StringComparison.Ordinal);
        Assert.Contains("from line 513 on was not read", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_has_gone_ends_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not tell.");
        using var tail = Start("tail", "#ops", "-n", "0");
        await Until.Is(() => Directory.EnumerateFiles(_folder, "*.sock").Any(), there => there, TestContext.Current.CancellationToken);
        tail.StandardOutput.Close();

        await RunAsync("", "send", "#ops", "is anybody reading?", "--timeout", "0.2");

        await tail.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Done, tail.ExitCode);
    }

    [Fact]
    public async Task A_reader_that_has_read_enough_is_no_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not tell.");
        using var id = Start("id");
        id.StandardOutput.Close();
        var errors = await id.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await id.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((ExitCodes.Done, ""), (id.ExitCode, errors));
    }

    [Fact]
    public async Task An_interrupted_command_says_so_in_one_line()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent with kill(2).");
        using var peers = Start("peers", "--wait", "60");
        await Until.Is(() => Directory.EnumerateFiles(_folder, "*.sock").Any(), there => there, TestContext.Current.CancellationToken);

        Assert.Equal(0, Kill(peers.Id, Interrupt));
        await peers.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.InRange((await peers.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)).Count(c => c == '\n'), 0, 1);
        Assert.InRange(peers.ExitCode, ExitCodes.Done, ExitCodes.Failed);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(int Code, string Output, string Errors)> RunAsync(string input, params string[] words)
    {
        using var program = Start(words);
        var output = program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await program.StandardInput.WriteAsync(input);
            program.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has read what it wanted, and ended.
        }

        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (program.ExitCode, await output, await errors);
    }

    private Process Start(params string[] words)
    {
        var file = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "lanchat.exe" : "lanchat");
        var start = new ProcessStartInfo(file, [.. words, "--profile", _folder, "--no-discovery", "--no-relay"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>Reads up to the first line that a condition holds for.</summary>
    private static async Task LinesAsync(Process program, Predicate<string> isLast)
    {
        var lines = new List<string>();
        while (await program.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            lines.Add(line);
            if (isLast(line)) return;
        }

        Assert.Fail("It ended before: " + string.Join('\n', lines));
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
