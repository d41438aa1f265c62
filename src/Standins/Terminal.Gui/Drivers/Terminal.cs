using System.Drawing;
using System.Text;

namespace Terminal.Gui.Drivers;

/// <summary>
/// A terminal of the system: raw bytes in and out. <see cref="Wait"/> belongs to the loop's thread, <see cref="Wake"/> to any, and
/// <see cref="Leave"/> to whoever ends the process.
/// </summary>
internal abstract class Terminal : IDisposable
{
    // Alternate screen, title saved, bracketed paste, mouse buttons with SGR coordinates, disambiguated keys (CSI u).
    private const string EnterSequence = "\e[?1049h\e[22;0t\e[?2004h\e[?1000h\e[?1006h\e[>1u";
    private const string LeaveSequence = "\e[0m\e[<u\e[?1006l\e[?1000l\e[?2004l\e[?2026l\e[0 q\e[?25h\e[23;0t\e[?1049l";

    private readonly Lock _output = new();
    private bool _entered;
    private volatile bool _ended;

    /// <summary>Columns and rows; empty if unknown.</summary>
    public abstract Size Size { get; }

    /// <summary>Set when the size may have changed; the loop resets it.</summary>
    public bool Resized { get; set; }

    /// <summary>Set when what the screen shows is unknown, as after a stop; the loop resets it.</summary>
    public bool Disturbed { get; set; }

    /// <summary>Set when the process was asked to stop; the loop answers with <see cref="Suspend"/>.</summary>
    public bool SuspendRequested { get; set; }

    /// <summary>The terminal is gone.</summary>
    public bool IsClosed { get; protected set; }

    /// <summary>The system's terminal.</summary>
    public static Terminal Open() => OperatingSystem.IsWindows() ? new WindowsTerminal() : new UnixTerminal();

    /// <summary>Takes the screen over; once more after <see cref="Suspend"/>.</summary>
    public void Enter()
    {
        lock (_output)
        {
            if (_ended)
            {
                return;
            }

            SetRaw();
            _entered = true;
            WriteBytes(Encoding.ASCII.GetBytes(EnterSequence));
        }
    }

    /// <summary>Gives the terminal back as it was found. Safe at any time, from any thread, any number of times.</summary>
    public void Leave(bool forGood)
    {
        // The loop may be stuck in a write to a stopped terminal: better an untidy screen than a process that does not end.
        bool held = _output.TryEnter(TimeSpan.FromMilliseconds(300));
        try
        {
            _ended |= forGood;
            if (!_entered)
            {
                return;
            }

            _entered = false;
            if (held && !IsClosed)
            {
                WriteBytes(Encoding.ASCII.GetBytes(LeaveSequence));
            }

            Restore();
        }
        finally
        {
            if (held)
            {
                _output.Exit();
            }
        }
    }

    /// <summary>Sends text, unless the terminal was given back.</summary>
    public void Write(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        lock (_output)
        {
            if (_entered && !IsClosed)
            {
                WriteBytes(Encoding.UTF8.GetBytes(text));
            }
        }
    }

    /// <summary>Blocks until there is input, a <see cref="Wake"/>, a signal, or the timeout (null: none); returns how many bytes were read.</summary>
    public abstract int Wait(TimeSpan? timeout, Span<byte> buffer);

    /// <summary>Makes <see cref="Wait"/> return.</summary>
    public abstract void Wake();

    /// <summary>Asks the system to stop the process, as Ctrl+Z in a shell does.</summary>
    public abstract void RequestSuspend();

    /// <summary>Leaves, stops the process, and enters again when it continues.</summary>
    public abstract void Suspend();

    /// <inheritdoc/>
    public void Dispose()
    {
        Leave(forGood: true);
        Close();
    }

    protected abstract void SetRaw();

    protected abstract void Restore();

    protected abstract void WriteBytes(ReadOnlySpan<byte> bytes);

    protected abstract void Close();
}
