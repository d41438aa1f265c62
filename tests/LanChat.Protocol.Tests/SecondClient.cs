using System.Diagnostics;

namespace LanChat.Protocol.Tests;

/// <summary>
/// A run of one of the scripts in second-client, talked with over its standard input and output: one "word hexadecimal" a line.
/// </summary>
internal sealed class SecondClient : IDisposable
{
    private readonly Process _process;

    private SecondClient(Process process) => _process = process;

    /// <summary>Starts a script; skips the test where there is no Node.js.</summary>
    public static SecondClient Start(string script, string argument)
    {
        var node = FindNode();
        if (node is null) Assert.Skip("Node.js is not on the PATH: the second client is a Node.js script.");
        var start = new ProcessStartInfo(node)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var folder = Path.Combine(Path.GetDirectoryName(Specification.Path)!, "..", "..", "tests", "LanChat.Protocol.Tests",
            "second-client");
        start.ArgumentList.Add(Path.GetFullPath(Path.Combine(folder, script)));
        start.ArgumentList.Add(argument);
        return new SecondClient(Process.Start(start)!);
    }

    public async Task SayAsync(string word, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await _process.StandardInput.WriteLineAsync($"{word} {Convert.ToHexStringLower(bytes.Span)}".AsMemory(), cancellationToken);

    /// <summary>The bytes behind the expected word; fails with what the script says of its own failure.</summary>
    public async Task<byte[]> HearAsync(string expected, CancellationToken cancellationToken)
    {
        var words = (await LineAsync(cancellationToken)).Split(' ');
        Assert.Equal(expected, words[0]);
        return Convert.FromHexString(words[1]);
    }

    public async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken);
        if (line is null) Assert.Fail($"The second client stopped: {await _process.StandardError.ReadToEndAsync(cancellationToken)}");
        return line;
    }

    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private static string? FindNode() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node")).FirstOrDefault(File.Exists);
}
