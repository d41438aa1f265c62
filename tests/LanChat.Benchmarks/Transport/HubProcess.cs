using System.Diagnostics;
using System.Globalization;

namespace LanChat.Benchmarks.Transport;

/// <summary>Starts <see cref="HubServer"/> from this program's own file and asks it what it has used.</summary>
internal sealed class HubProcess : IDisposable
{
    private readonly Process _process;

    public HubProcess(string kind)
    {
        string host = Environment.ProcessPath!;
        bool isDotnet = Path.GetFileNameWithoutExtension(host) == "dotnet";
        var start = new ProcessStartInfo(host) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (isDotnet)
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        start.ArgumentList.Add(HubServer.Role);
        start.ArgumentList.Add("--kind");
        start.ArgumentList.Add(kind);
        _process = Process.Start(start) ?? throw new InvalidOperationException("The hub could not be started.");
        Port = int.Parse(ReadLine(), CultureInfo.InvariantCulture);
    }

    public int Port { get; }

    /// <summary>CPU time, user and kernel, in microseconds, and bytes allocated, both since the start.</summary>
    public (double CpuMicroseconds, double AllocatedBytes) Usage()
    {
        _process.StandardInput.WriteLine();
        double[] numbers = [.. ReadLine().Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
        return (numbers[0], numbers[1]);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }

    private string ReadLine() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The hub ended by itself.");
}
