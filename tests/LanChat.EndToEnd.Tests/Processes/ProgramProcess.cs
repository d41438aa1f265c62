using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace LanChat.EndToEnd.Tests;

/// <summary>One of the programs, running on a host of the lab.</summary>
internal class ProgramProcess : IAsyncDisposable
{
    private const int Stop = 19;
    private const int Continue = 18;
    private const int Terminate = 15;

    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly Task _reading;
    private readonly Lock _gate = new();
    private readonly List<OutputLine> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasEnded;

    protected ProgramProcess(Host host, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        Host = host;
        var start = new ProcessStartInfo("ip", ["netns", "exec", host.Namespace, "dotnet", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("LANCHAT_", StringComparison.Ordinal) && k != "LANCHAT_CI_RUN").ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _reading = Task.WhenAll(Task.Run(ReadOutput), Task.Run(ReadErrors));
        host.Lab.Track(this);
    }

    public Host Host { get; }

    public int Id => _process.Id;

    /// <summary>Writes one line to its stdin.</summary>
    public void WriteLine(string line)
    {
        _process.StandardInput.Write(line + "\n");
        _process.StandardInput.Flush();
    }

    /// <summary>Writes many lines at once.</summary>
    public void WriteLines(IEnumerable<string> lines)
    {
        _process.StandardInput.Write(string.Concat(lines.Select(l => l + "\n")));
        _process.StandardInput.Flush();
    }

    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _process.Kill();
    }

    /// <summary>SIGTERM.</summary>
    public void Interrupt() => Signal(_process.Id, Terminate);

    /// <summary>Stops it in its tracks, as a suspended machine does.</summary>
    public void Pause() => Signal(_process.Id, Stop);

    public void Resume() => Signal(_process.Id, Continue);

    /// <summary>Waits for its end.</summary>
    public async Task<int> ExitAsync(TimeSpan? within = null)
    {
        using var late = new CancellationTokenSource(within ?? ExitPatience);
        try
        {
            await _process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{Describe()}\n… did not end in time.");
        }

        await _reading;
        return _process.ExitCode;
    }

    /// <summary>Resident memory, bytes.</summary>
    public long ResidentBytes()
    {
        var line = File.ReadLines($"/proc/{Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Processor time used so far, of all its threads.</summary>
    public TimeSpan ProcessorTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    /// <summary>Waits for the first line, from a position on, that a condition holds for; the condition sees each line once and in order.</summary>
    public async Task<OutputLine> LineAsync(string what, Func<OutputLine, bool> condition, TimeSpan? within = null, int from = 0)
    {
        var clock = Stopwatch.StartNew();
        var patience = within ?? TimeSpan.FromSeconds(20);
        for (var next = from; ;)
        {
            Task changed;
            List<OutputLine> fresh;
            bool hasEnded;
            lock (_gate)
            {
                fresh = _lines.GetRange(next, _lines.Count - next);
                changed = _changed.Task;
                hasEnded = _hasEnded;
            }

            foreach (var line in fresh)
                if (condition(line)) return line;
            next += fresh.Count;
            var left = patience - clock.Elapsed;
            if (hasEnded || left <= TimeSpan.Zero) Assert.Fail($"{Describe()}\n… {(hasEnded ? "ended before" : $"waited {patience.TotalSeconds:0.#} s in vain until")} {what}.");
            await Until.SignalledAsync(changed, left);
        }
    }

    /// <summary>Every line so far.</summary>
    public IReadOnlyList<OutputLine> Lines()
    {
        lock (_gate) return [.. _lines];
    }

    public int LineCount
    {
        get
        {
            lock (_gate) return _lines.Count;
        }
    }

    public string Errors
    {
        get
        {
            lock (_errors) return _errors.ToString();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _reading;
        _process.Dispose();
    }

    /// <summary>What it said last, for the message of a test that failed.</summary>
    public string Describe()
    {
        var lines = Lines();
        return $"{Host.Name} ({lines.Count} lines):\n{string.Join('\n', lines.TakeLast(25).Select(l => "  " + l.Text))}\nstderr: {Errors}";
    }

    private static void Signal(int process, int signal)
    {
        if (SendSignal(process, signal) != 0) throw new InvalidOperationException($"Process {process} is gone.");
    }

    private void ReadOutput()
    {
        while (_process.StandardOutput.ReadLine() is { } line) Add(new OutputLine(line, DateTime.UtcNow));
        TaskCompletionSource changed;
        lock (_gate)
        {
            _hasEnded = true;
            changed = _changed;
        }

        changed.TrySetResult();
    }

    private void Add(OutputLine line)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _lines.Add(line);
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }

    private void ReadErrors()
    {
        while (_process.StandardError.ReadLine() is { } line)
            lock (_errors) _errors.AppendLine(line);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}

/// <summary>A line of a program's stdout.</summary>
/// <param name="Text">Without its end.</param>
/// <param name="ReadAt">When it was read here.</param>
internal sealed record OutputLine(string Text, DateTime ReadAt)
{
    private PipeEvent? _event;

    /// <summary>The line as an event of <c>pipe</c>.</summary>
    public PipeEvent Event => _event ??= PipeEvent.Parse(Text);
}
