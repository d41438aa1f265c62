using System.Diagnostics;
using System.Text.Json;

namespace LanChat.Relay.Tests;

/// <summary>The program under test as a process, on loopback.</summary>
internal sealed class RelayProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private RelayProgram(Process process) => _process = process;

    public int Port { get; private set; }

    public string Fingerprint { get; private set; } = "";

    public int Id => _process.Id;

    public StreamWriter Input => _process.StandardInput;

    /// <summary>Starts and waits until it listens.</summary>
    public static async Task<RelayProgram> StartAsync(string data, params string[] more)
    {
        var program = Launch(["--json", "--port", "0", "--bind", "127.0.0.1", "--no-discovery", "--data", data, .. more]);
        var listening = await program.NextAsync("listening");
        program.Port = listening.GetProperty("port").GetInt32();
        program.Fingerprint = listening.GetProperty("fingerprint").GetString()!;
        return program;
    }

    /// <summary>Runs to its end with options that it should not start with; the exit code and what it says.</summary>
    public static async Task<(int Code, string Error)> FailAsync(params string[] options)
    {
        using var program = Launch(options);
        var error = await program._process.StandardError.ReadToEndAsync().WaitAsync(Patience);
        return (await program.ExitAsync(), error);
    }

    /// <summary>The next event of this name.</summary>
    public async Task<JsonElement> NextAsync(string name)
    {
        using var late = new CancellationTokenSource(Patience);
        while (await _process.StandardOutput.ReadLineAsync(late.Token) is { } line)
        {
            var json = JsonDocument.Parse(line).RootElement;
            if (json.GetProperty("event").GetString() == name) return json;
        }

        throw new InvalidOperationException($"The relay ended before it said '{name}': {await _process.StandardError.ReadToEndAsync(late.Token)}");
    }

    public void Kill() => _process.Kill();

    public void Terminate() => Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static RelayProgram Launch(string[] options)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "lanchat-relay.dll"));
        foreach (var option in options) start.ArgumentList.Add(option);
        return new RelayProgram(Process.Start(start)!);
    }
}
