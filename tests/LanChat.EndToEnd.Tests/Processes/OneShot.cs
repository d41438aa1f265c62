namespace LanChat.EndToEnd.Tests;

/// <summary>A command of <c>lanchat</c> that runs to its end.</summary>
internal sealed class OneShot : ProgramProcess
{
    private OneShot(Host host, IEnumerable<string> arguments)
        : base(host, ProgramFiles.Client, arguments)
    {
    }

    public static OneShot Start(Host host, params string[] arguments) => new(host, arguments);

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(Host host, TimeSpan within, params string[] arguments)
    {
        var run = new OneShot(host, arguments);
        run.CloseInput();
        var code = await run.ExitAsync(within);
        return (code, string.Join('\n', run.Lines().Select(l => l.Text)), run.Errors);
    }
}
