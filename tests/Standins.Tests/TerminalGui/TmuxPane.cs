using System.ComponentModel;
using System.Diagnostics;

namespace LanChat.Standins.Tests.TerminalGui;

/// <summary>A terminal with a shell in it, 60 by 12 unless said otherwise, in a tmux server of its own.</summary>
internal sealed class TmuxPane : IDisposable
{
    private readonly string _server = $"lanchat-test-{Guid.NewGuid():N}";

    public TmuxPane()
    {
        Tmux("-f", "/dev/null", "new-session", "-d", "-x", "60", "-y", "12", "env PS1='$ ' bash --norc --noprofile");
        Tmux("set", "-g", "escape-time", "0");
    }

    /// <summary>Whether there is a tmux.</summary>
    public static bool IsAvailable
    {
        get
        {
            try
            {
                using Process process = Process.Start(new ProcessStartInfo("tmux", "-V") { RedirectStandardOutput = true })!;
                process.WaitForExit();
                return process.ExitCode == 0;
            }
            catch (Win32Exception)
            {
                return false;
            }
        }
    }

    /// <summary>What the terminal shows.</summary>
    public string Text => Tmux("capture-pane", "-p");

    /// <summary>Whether the alternate screen, mouse reports and the caret are on, as digits.</summary>
    public string Modes => Tmux("display", "-p", "#{alternate_on}#{mouse_any_flag}#{cursor_flag}").Trim();

    /// <summary>The pseudo-terminal's device.</summary>
    public string Tty => Tmux("display", "-p", "#{pane_tty}").Trim();

    /// <summary>Types a line into the shell.</summary>
    public void Type(string line)
    {
        Tmux("send-keys", "-l", line);
        Tmux("send-keys", "Enter");
    }

    /// <summary>Presses keys, by tmux's names.</summary>
    public void Press(params string[] keys) => Tmux(["send-keys", .. keys]);

    /// <summary>Pastes with brackets, if the program asked for them.</summary>
    public void Paste(string text)
    {
        Tmux("set-buffer", text);
        Tmux("paste-buffer", "-p");
    }

    public void Resize(int width, int height) => Tmux("resize-window", "-x", $"{width}", "-y", $"{height}");

    public void Dispose() => Tmux("kill-server");

    private string Tmux(params string[] arguments)
    {
        var start = new ProcessStartInfo("tmux", ["-L", _server, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("TMUX");
        // Set for the tests without a terminal; here there is one.
        start.Environment.Remove("DisableRealDriverIO");
        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
