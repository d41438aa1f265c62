using System.Drawing;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Terminal.Gui.Drivers;

/// <summary>Standard input and output as a terminal of Linux or macOS. A pipe to itself wakes the loop out of poll(2).</summary>
[UnsupportedOSPlatform("windows")]
internal sealed unsafe class UnixTerminal : Terminal
{
    private const int StandardInput = 0;
    private const int StandardOutput = 1;
    private const short PollIn = 1;
    private const short PollOut = 4;
    private const short PollGone = 8 | 16 | 32;
    private const int FlushAndSet = 2;

    private readonly int _wakeRead;
    private readonly int _wakeWrite;
    private readonly byte[] _saved = new byte[256];
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly ManualResetEventSlim _continued = new();
    private int _awake;

    public UnixTerminal()
    {
        if (isatty(StandardInput) == 0 || isatty(StandardOutput) == 0)
        {
            throw new InvalidOperationException("Standard input and output must be a terminal.");
        }

        int* ends = stackalloc int[2];
        if (pipe(ends) != 0)
        {
            throw new InvalidOperationException($"A pipe could not be made (error {Marshal.GetLastPInvokeError()}).");
        }

        (_wakeRead, _wakeWrite) = (ends[0], ends[1]);
        // The runtime's own handling of the terminal starts with the first registration; ours comes after it.
        On(PosixSignal.SIGWINCH, _ => Resized = true);
        On(PosixSignal.SIGCONT, context =>
        {
            // Else the runtime puts the terminal back to how it found it, once this returns: perhaps after the program has made it raw again.
            context.Cancel = true;
            _continued.Set();
            Disturbed = true;
        });
        On(PosixSignal.SIGTSTP, context =>
        {
            context.Cancel = true;
            SuspendRequested = true;
        });
        On(PosixSignal.SIGINT, LeaveUnlessCancelled);
        On(PosixSignal.SIGQUIT, LeaveUnlessCancelled);
        On(PosixSignal.SIGHUP, LeaveUnlessCancelled);
        // By default the runtime ends at SIGTERM without a word to anybody (.NET 10).
        On(PosixSignal.SIGTERM, LeaveUnlessCancelled);
        fixed (byte* saved = _saved)
        {
            if (tcgetattr(StandardInput, saved) != 0)
            {
                throw new InvalidOperationException("The terminal does not tell its settings.");
            }
        }
    }

    public override Size Size
    {
        get
        {
            ushort* size = stackalloc ushort[4];
            int failed = OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64
                ? ioctlStack(StandardOutput, WindowSizeRequest, 0, 0, 0, 0, 0, 0, size)
                : ioctl(StandardOutput, WindowSizeRequest, size);
            return failed != 0 ? Size.Empty : new Size(size[1], size[0]);
        }
    }

    private static nuint WindowSizeRequest => OperatingSystem.IsMacOS() ? 0x40087468u : 0x5413u;

    public override int Wait(TimeSpan? timeout, Span<byte> buffer)
    {
        PollFd* fds = stackalloc PollFd[2];
        fds[0] = new PollFd { Fd = StandardInput, Events = PollIn };
        fds[1] = new PollFd { Fd = _wakeRead, Events = PollIn };
        int milliseconds = timeout is { } time ? (int)Math.Min(int.MaxValue, Math.Ceiling(time.TotalMilliseconds)) : -1;
        if (poll(fds, 2, milliseconds) <= 0)
        {
            return 0;
        }

        if (fds[1].Returned != 0)
        {
            byte one;
            Interlocked.Exchange(ref _awake, 0);
            _ = read(_wakeRead, &one, 1);
        }

        if (fds[0].Returned == 0)
        {
            return 0;
        }

        fixed (byte* to = buffer)
        {
            nint count = read(StandardInput, to, (nuint)buffer.Length);
            // In raw mode a terminal never ends: no bytes means that it hung up.
            IsClosed |= count == 0 || (count < 0 && (fds[0].Returned & PollGone) != 0);
            return (int)Math.Max(0, count);
        }
    }

    public override void Wake()
    {
        // One byte in the pipe is enough, so the pipe never fills.
        if (Interlocked.Exchange(ref _awake, 1) == 0)
        {
            byte one = 1;
            _ = write(_wakeWrite, &one, 1);
        }
    }

    public override void RequestSuspend() => _ = kill(0, SignalNumber(stop: false));

    public override void Suspend()
    {
        Leave(forGood: false);
        _continued.Reset();
        _ = kill(getpid(), SignalNumber(stop: true));
        // The stop reaches every thread a moment after the call; the wait ends when the process was continued.
        _continued.Wait(TimeSpan.FromSeconds(2));
        Enter();
        Disturbed = true;
        Resized = true;
    }

    protected override void SetRaw()
    {
        byte* settings = stackalloc byte[_saved.Length];
        _saved.CopyTo(new Span<byte>(settings, _saved.Length));
        cfmakeraw(settings);
        _ = tcsetattr(StandardInput, 1, settings);
    }

    protected override void Restore()
    {
        fixed (byte* saved = _saved)
        {
            // Mouse reports still under way must not end up on the shell's command line.
            _ = tcsetattr(StandardInput, FlushAndSet, saved);
        }
    }

    protected override void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            nint count;
            fixed (byte* from = bytes)
            {
                count = write(StandardOutput, from, (nuint)bytes.Length);
            }

            if (count >= 0)
            {
                bytes = bytes[(int)count..];
                continue;
            }

            // Interrupted or full: wait for room. Anything else means that the terminal is gone.
            PollFd fd = new() { Fd = StandardOutput, Events = PollOut };
            int ready = poll(&fd, 1, 1000);
            if (ready > 0 && (fd.Returned & PollGone) != 0)
            {
                IsClosed = true;
                return;
            }
        }
    }

    protected override void Close()
    {
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        _ = close(_wakeRead);
        _ = close(_wakeWrite);
        _continued.Dispose();
    }

    private static int SignalNumber(bool stop) => OperatingSystem.IsMacOS() ? (stop ? 17 : 18) : (stop ? 19 : 20);

    private void LeaveUnlessCancelled(PosixSignalContext context)
    {
        if (!context.Cancel)
        {
            Leave(forGood: true);
        }
    }

    private void On(PosixSignal signal, Action<PosixSignalContext> action) => _signals.Add(PosixSignalRegistration.Create(signal, context =>
    {
        action(context);
        Wake();
    }));

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Fd;
        public short Events;
        public short Returned;
    }

#pragma warning disable SYSLIB1054, IDE1006 // The names are the system's; the arguments are blittable.
    [DllImport("libc")]
    private static extern int isatty(int fd);

    [DllImport("libc", SetLastError = true)]
    private static extern int pipe(int* fds);

    [DllImport("libc")]
    private static extern int close(int fd);

    [DllImport("libc")]
    private static extern int poll(PollFd* fds, nuint count, int timeout);

    [DllImport("libc")]
    private static extern nint read(int fd, byte* buffer, nuint count);

    [DllImport("libc")]
    private static extern nint write(int fd, byte* buffer, nuint count);

    [DllImport("libc")]
    private static extern int tcgetattr(int fd, byte* settings);

    [DllImport("libc")]
    private static extern int tcsetattr(int fd, int when, byte* settings);

    [DllImport("libc")]
    private static extern void cfmakeraw(byte* settings);

    [DllImport("libc")]
    private static extern int ioctl(int fd, nuint request, ushort* size);

    // On Apple silicon the arguments of a variadic function are on the stack: the unused ones fill the registers.
    [DllImport("libc", EntryPoint = "ioctl")]
    private static extern int ioctlStack(int fd, nuint request, nint a, nint b, nint c, nint d, nint e, nint f, ushort* size);

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);

    [DllImport("libc")]
    private static extern int getpid();
#pragma warning restore SYSLIB1054, IDE1006
}
