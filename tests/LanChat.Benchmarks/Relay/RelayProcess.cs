using System.Diagnostics;
using System.Text.Json;

namespace LanChat.Benchmarks.Relay;

/// <summary>A relay as a process of its own, with its log in a folder that goes away with it, limits out of the way.</summary>
internal sealed class RelayProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _folder = Directory.CreateTempSubdirectory("lanchat-relay-benchmark-").FullName;

    public RelayProcess()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string word in new[]
        {
            Path.Combine(AppContext.BaseDirectory, "lanchat-relay.dll"), "--json", "--port", "0", "--bind", "127.0.0.1", "--no-discovery", "--data", _folder,
            "--entries-per-second", "100000000", "--entries-burst", "100000000", "--bytes-per-second", "2000000000", "--room-bytes", "100000000000",
        })
            start.ArgumentList.Add(word);
        _process = Process.Start(start) ?? throw new InvalidOperationException("The relay could not be started.");
        Port = Next("listening").GetProperty("port").GetInt32();
    }

    public int Port { get; }

    /// <summary>User and kernel, since the start.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident bytes now.</summary>
    public long Resident
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>One of its numbers.</summary>
    public (double Entries, double Commits) Commits()
    {
        _process.StandardInput.WriteLine("stats");
        JsonElement stats = Next("stats");
        return (stats.GetProperty("entries_in_total").GetDouble(), stats.GetProperty("commits_total").GetDouble());
    }

    public void Dispose()
    {
        _process.StandardInput.WriteLine("quit");
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private JsonElement Next(string name)
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            JsonElement json = JsonDocument.Parse(line).RootElement;
            if (json.GetProperty("event").GetString() == name)
                return json;
        }

        throw new InvalidOperationException("The relay ended by itself.");
    }
}
