using System.Drawing;
using System.Runtime.InteropServices;
using System.Text;

namespace Terminal.Gui.Drivers;

/// <summary>The console of Windows 10 and later in virtual terminal mode: the same sequences as elsewhere, read as console records.</summary>
internal sealed unsafe class WindowsTerminal : Terminal
{
    private const uint InputMode = 0x0008 | 0x0080 | 0x0200;
    private const uint OutputMode = 0x0001 | 0x0004 | 0x0008;
    private const uint Utf8 = 65001;

    private readonly nint _input = GetStdHandle(-10);
    private readonly nint _output = GetStdHandle(-11);
    private readonly AutoResetEvent _wake = new(false);
    private readonly uint _savedInput;
    private readonly uint _savedOutput;
    private readonly uint _savedCodePage;
    private char _highSurrogate;

    public WindowsTerminal()
    {
        if (GetConsoleMode(_input, out _savedInput) == 0 || GetConsoleMode(_output, out _savedOutput) == 0)
        {
            throw new InvalidOperationException("Standard input and output must be a console.");
        }

        _savedCodePage = GetConsoleOutputCP();
    }

    public override Size Size
    {
        get
        {
            short* info = stackalloc short[11];
            return GetConsoleScreenBufferInfo(_output, info) == 0 ? Size.Empty : new Size(info[7] - info[5] + 1, info[8] - info[6] + 1);
        }
    }

    public override int Wait(TimeSpan? timeout, Span<byte> buffer)
    {
        nint* handles = stackalloc nint[2];
        handles[0] = _input;
        handles[1] = _wake.SafeWaitHandle.DangerousGetHandle();
        uint milliseconds = timeout is { } time ? (uint)Math.Min(int.MaxValue, Math.Ceiling(time.TotalMilliseconds)) : uint.MaxValue;
        _ = WaitForMultipleObjects(2, handles, 0, milliseconds);
        int length = 0;
        while (length + 4 <= buffer.Length && GetNumberOfConsoleInputEvents(_input, out uint waiting) != 0 && waiting > 0)
        {
            if (ReadConsoleInputW(_input, out InputRecord record, 1, out uint read) == 0 || read == 0)
            {
                break;
            }

            length += Take(record, buffer[length..]);
        }

        return length;
    }

    public override void Wake() => _wake.Set();

    /// <summary>Windows has no job control: nothing happens.</summary>
    public override void RequestSuspend()
    {
    }

    /// <inheritdoc cref="RequestSuspend"/>
    public override void Suspend()
    {
    }

    protected override void SetRaw()
    {
        _ = SetConsoleMode(_input, InputMode);
        _ = SetConsoleMode(_output, OutputMode);
        _ = SetConsoleOutputCP(Utf8);
    }

    protected override void Restore()
    {
        _ = SetConsoleMode(_input, _savedInput);
        _ = SetConsoleMode(_output, _savedOutput);
        _ = SetConsoleOutputCP(_savedCodePage);
    }

    protected override void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            fixed (byte* from = bytes)
            {
                if (WriteFile(_output, from, (uint)bytes.Length, out uint written, 0) == 0)
                {
                    IsClosed = true;
                    return;
                }

                bytes = bytes[(int)written..];
            }
        }
    }

    protected override void Close() => _wake.Dispose();

    private int Take(InputRecord record, Span<byte> buffer)
    {
        const ushort keyEvent = 1;
        const ushort sizeEvent = 4;
        Resized |= record.Type == sizeEvent;
        if (record.Type != keyEvent || record.KeyDown == 0 || record.Character == '\0')
        {
            return 0;
        }

        if (char.IsHighSurrogate(record.Character))
        {
            _highSurrogate = record.Character;
            return 0;
        }

        Rune rune = char.IsLowSurrogate(record.Character)
            ? Rune.TryCreate(_highSurrogate, record.Character, out Rune pair) ? pair : Rune.ReplacementChar
            : new Rune(record.Character);
        return rune.EncodeToUtf8(buffer);
    }

    [StructLayout(LayoutKind.Explicit, Size = 20)]
    private struct InputRecord
    {
        [FieldOffset(0)]
        public ushort Type;

        [FieldOffset(4)]
        public int KeyDown;

        [FieldOffset(14)]
        public char Character;
    }

#pragma warning disable SYSLIB1054 // The arguments are blittable.
    [DllImport("kernel32")]
    private static extern nint GetStdHandle(int number);

    [DllImport("kernel32")]
    private static extern int GetConsoleMode(nint handle, out uint mode);

    [DllImport("kernel32")]
    private static extern int SetConsoleMode(nint handle, uint mode);

    [DllImport("kernel32")]
    private static extern uint GetConsoleOutputCP();

    [DllImport("kernel32")]
    private static extern int SetConsoleOutputCP(uint codePage);

    [DllImport("kernel32")]
    private static extern int GetConsoleScreenBufferInfo(nint handle, short* info);

    [DllImport("kernel32")]
    private static extern uint WaitForMultipleObjects(uint count, nint* handles, int all, uint milliseconds);

    [DllImport("kernel32")]
    private static extern int GetNumberOfConsoleInputEvents(nint handle, out uint count);

    [DllImport("kernel32", CharSet = CharSet.Unicode)]
    private static extern int ReadConsoleInputW(nint handle, out InputRecord record, uint length, out uint read);

    [DllImport("kernel32")]
    private static extern int WriteFile(nint handle, byte* bytes, uint count, out uint written, nint overlapped);
#pragma warning restore SYSLIB1054
}
