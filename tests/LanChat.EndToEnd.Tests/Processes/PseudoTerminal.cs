using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace LanChat.EndToEnd.Tests;

/// <summary>
/// A program in a pseudo-terminal of 100 by 30 on a host, made by <c>script</c> (util-linux): what it sends is kept with the time it came, so that
/// bytes and delays can be counted.
/// </summary>
internal sealed class PseudoTerminal : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Task _reading;
    private readonly Lock _gate = new();
    private readonly List<byte> _output = [];
    private readonly List<(int End, long At)> _arrivals = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PseudoTerminal(Host host, string command)
    {
        var start = new ProcessStartInfo(
            "ip", ["netns", "exec", host.Namespace, "script", "-qfec", $"stty rows 30 cols 100 raw -echo; exec {command}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("LANCHAT_", StringComparison.Ordinal) && k != "LANCHAT_CI_RUN").ToList())
            start.Environment.Remove(name);
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["LC_ALL"] = "C.UTF-8";
        StartedAt = Stopwatch.GetTimestamp();
        _process = Process.Start(start)!;
        _reading = Task.Run(ReadOutput);
    }

    public long StartedAt { get; }

    /// <summary>Bytes sent to the terminal so far.</summary>
    public int Sent
    {
        get
        {
            lock (_gate) return _output.Count;
        }
    }

    /// <summary>Starts a .NET program there; the test is skipped where there is no <c>script</c>.</summary>
    public static PseudoTerminal Start(Host host, string program, params string[] arguments)
    {
        Assert.SkipUnless(Shell.Has("script"), "Needs the program script (package bsdutils).");
        return new PseudoTerminal(host, string.Join(' ', arguments.Prepend(program).Prepend("dotnet").Select(word => $"'{word}'")));
    }

    /// <summary>Sends what keys send.</summary>
    public void Type(string keys)
    {
        _process.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(keys));
        _process.StandardInput.BaseStream.Flush();
    }

    /// <summary>Waits for a text among what is sent from a byte on; returns when it came, a time stamp of the monotonic clock.</summary>
    public async Task<long> ShowsAsync(string text, int from = 0, TimeSpan? patience = null)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        var until = Stopwatch.GetTimestamp();
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                var at = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_output)[from..].IndexOf(wanted);
                if (at >= 0) return _arrivals.First(arrival => arrival.End >= from + at + wanted.Length).At;
                changed = _changed.Task;
            }

            var left = (patience ?? Patience) - Stopwatch.GetElapsedTime(until);
            Assert.True(left > TimeSpan.Zero, $"'{text}' did not come; the last that did: {Tail()}");
            await Until.SignalledAsync(changed, left);
        }
    }

    /// <summary>Waits until nothing was sent for a while.</summary>
    public async Task QuietAsync(TimeSpan quiet)
    {
        for (var sent = -1; sent != Sent;)
        {
            sent = Sent;
            await Until.PassedAsync(quiet);
        }
    }

    /// <summary>Processor time the program has used, and that of its first thread, which is the screen's; counted in hundredths of a second.</summary>
    public (TimeSpan Program, TimeSpan Screen) ProcessorTime()
    {
        var child = File.ReadAllText($"/proc/{_process.Id}/task/{_process.Id}/children").Trim().Split(' ')[0];
        return (TimeIn($"/proc/{child}/stat"), TimeIn($"/proc/{child}/task/{child}/stat"));
    }

    /// <summary>Waits for the program's end.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _reading;
        _process.Dispose();
    }

    private static TimeSpan TimeIn(string file)
    {
        var stat = File.ReadAllText(file);
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)));
    }

    private string Tail()
    {
        lock (_gate) return Encoding.UTF8.GetString([.. _output.TakeLast(400)]);
    }

    private void ReadOutput()
    {
        var buffer = new byte[65536];
        for (int count; (count = _process.StandardOutput.BaseStream.Read(buffer)) > 0;)
        {
            var at = Stopwatch.GetTimestamp();
            TaskCompletionSource changed;
            lock (_gate)
            {
                _output.AddRange(buffer.AsSpan(0, count));
                _arrivals.Add((_output.Count, at));
                changed = _changed;
                _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            changed.SetResult();
        }
    }
}
