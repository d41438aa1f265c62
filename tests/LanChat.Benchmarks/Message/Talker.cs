using System.Diagnostics;

namespace LanChat.Benchmarks.Message;

/// <summary><c>lanchat pipe</c> on a host, with a throw-away profile.</summary>
internal sealed class Talker : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly Queue<(string Line, long At)> _lines = new();
    private readonly SemaphoreSlim _arrived = new(0);

    public Talker(TwoHosts hosts, int host)
    {
        string[] alone = hosts.AreApart ? [] : ["--bind", hosts.Addresses[host]];
        _process = hosts.Start(host, [Client(), "pipe", "--ephemeral", "--nick", $"host{host}", "--no-relay", .. alone]);
        new Thread(Read) { IsBackground = true }.Start();
        Wait("\"event\":\"ready\"");
    }

    public void Say(string text)
    {
        _process.StandardInput.Write(text + "\n");
        _process.StandardInput.Flush();
    }

    /// <summary>Waits for a line with this in it; when it came.</summary>
    public long Wait(string part)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience && _arrived.Wait(Patience))
        {
            (string line, long at) = Next();
            if (line.Contains(part, StringComparison.Ordinal))
                return at;
        }

        throw new TimeoutException($"Waited in vain for {part}.");
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(Patience))
            _process.Kill();
        _process.Dispose();
        _arrived.Dispose();
    }

    private (string Line, long At) Next()
    {
        lock (_gate)
            return _lines.Dequeue();
    }

    private void Read()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            long at = Stopwatch.GetTimestamp();
            lock (_gate)
                _lines.Enqueue((line, at));
            _arrived.Release();
        }
    }

    private static string Client()
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string client = Path.Combine(folder.FullName, "src", "LanChat", "bin", configuration, "net10.0", "lanchat.dll");
            if (File.Exists(client))
                return client;
        }

        throw new FileNotFoundException("lanchat.dll is not built; this benchmark runs from a checkout.");
    }
}
