using Xunit.Runner.InProc.SystemConsole;

namespace LanChat.Standins.Tests;

/// <summary>The test runner; with <c>--terminal-program</c> a program for a terminal, so that tests can end it in every way there is.</summary>
public static class Program
{
    /// <summary>Runs the one or the other.</summary>
    public static async Task<int> Main(string[] args)
    {
        if (args is ["--terminal-program", ..])
        {
            TerminalGui.TerminalProgram.Run(args[1..]);
            return 0;
        }

        return await ConsoleRunner.Run(args);
    }
}
