using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using LanChat.Client;

namespace LanChat.Demo;

/// <summary>A line of JSON that a program said, or the word that it has ended.</summary>
/// <param name="Source">Which process.</param>
/// <param name="Said">What it said; null when it has ended.</param>
/// <param name="At">When, on the clock of <see cref="Stopwatch"/>.</param>
internal readonly record struct HeardLine(ChildProcess Source, JsonElement? Said, long At);

/// <summary>A program of the demo: lines in, JSON lines out, ended by its own id and never by its name.</summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>Of the relay's settings, and of the client's about relays.</summary>
    private const string RelayPrefix = ClientOptions.EnvironmentPrefix + "RELAY";

    private readonly Process _process;
    private readonly ChannelWriter<HeardLine> _heard;
    private readonly Task _reading;
    private readonly string _farewell;
    private volatile string _lastComplaint = "";

    private ChildProcess(string name, string farewell, Process process, ChannelWriter<HeardLine> heard)
    {
        Name = name;
        _process = process;
        _heard = heard;
        _farewell = farewell;
        process.ErrorDataReceived += (_, said) => _lastComplaint = string.IsNullOrWhiteSpace(said.Data) ? _lastComplaint : said.Data;
        process.BeginErrorReadLine();
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Whose process it is.</summary>
    public string Name { get; }

    /// <summary>Whether its end is no surprise.</summary>
    public bool IsMeantToEnd { get; private set; }

    /// <summary>The last line it wrote on stderr; empty for none.</summary>
    public string LastComplaint => _lastComplaint;

    /// <summary>Starts a program.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="program">Which.</param>
    /// <param name="farewell">The line that asks it to end.</param>
    /// <param name="arguments">Its own.</param>
    /// <param name="folder">Where its temporary files go.</param>
    /// <param name="heard">Where what it says goes.</param>
    /// <exception cref="StageException">It cannot be started.</exception>
    public static ChildProcess Start(
        string name, ProgramFiles program, string farewell, IEnumerable<string> arguments, string folder, ChannelWriter<HeardLine> heard)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var start = new ProcessStartInfo(program.FileName)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
            StandardErrorEncoding = utf8,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (var argument in program.Leading.Concat(arguments)) start.ArgumentList.Add(argument);
        // What the user has set for the own client must not lead the demo's to the user's relay or profile.
        foreach (var variable in start.Environment.Keys.Where(IsSetting).ToList()) start.Environment.Remove(variable);
        // Who is killed cannot tidy up: nothing may lie where it would stay. The second is what .NET itself puts there, for debuggers.
        foreach (var variable in (string[])["TMPDIR", "TMP", "TEMP"]) start.Environment[variable] = folder;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        try
        {
            return new ChildProcess(name, farewell, Process.Start(start)!, heard);
        }
        catch (Win32Exception error)
        {
            throw new StageException($"{program.FileName} cannot be started: {error.Message}");
        }
    }

    /// <summary>Says a line to it. One that has just ended hears nothing; its end is told as an event.</summary>
    public void Say(string line)
    {
        try
        {
            _process.StandardInput.Write(line + "\n");
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // Its pipe is closed: the word that it has ended is on its way.
        }
    }

    /// <summary>Asks it to end and, if it does not in time, ends it.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        IsMeantToEnd = true;
        if (!_process.HasExited) Say(_farewell);
        try
        {
            using var late = new CancellationTokenSource(patience);
            await _process.WaitForExitAsync(late.Token).ConfigureAwait(false);
            await _reading.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await KillAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends it without a word, as a power cut would.</summary>
    public async Task KillAsync()
    {
        IsMeantToEnd = true;
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // Already ended, which is what was wanted.
        }

        await _process.WaitForExitAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
    }

    public void Dispose() => _process.Dispose();

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            var at = Stopwatch.GetTimestamp();
            if (TryParse(line) is { } said) await _heard.WriteAsync(new HeardLine(this, said, at)).ConfigureAwait(false);
        }

        await _process.WaitForExitAsync().ConfigureAwait(false);
        await _heard.WriteAsync(new HeardLine(this, null, Stopwatch.GetTimestamp())).ConfigureAwait(false);
    }

    private static bool IsSetting(string variable) =>
        variable.StartsWith(RelayPrefix, StringComparison.OrdinalIgnoreCase) || ClientOptions.Variables.Contains(variable, StringComparer.OrdinalIgnoreCase);

    private static JsonElement? TryParse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The demo cannot go on; the message says why.</summary>
internal sealed class StageException(string message) : Exception(message);
