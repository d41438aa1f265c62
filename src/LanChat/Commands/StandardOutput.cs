using System.Runtime.InteropServices;

namespace LanChat.Commands;

/// <summary>
/// stdout that says when its reader has gone. The platform's own drops what is written to a broken pipe without a word, and `lanchat tail '#ops' | head -1`
/// would hold the profile for ever.
/// </summary>
internal sealed class StandardOutput : Stream
{
    private const int Descriptor = 1;
    private const short PollError = 0x8;
    private const short PollHangUp = 0x10;

    private readonly Stream _inner = Console.OpenStandardOutput();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="ReaderGoneException">Nobody reads it any more.</exception>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    /// <exception cref="ReaderGoneException">Nobody reads it any more.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _inner.Write(buffer);
        if (HasNoReader()) throw new ReaderGoneException();
    }

    /// <inheritdoc/>
    /// <exception cref="ReaderGoneException">Nobody reads it any more.</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        Flush();
        return Task.CompletedTask;
    }

    public override void Flush() => _inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Windows has no such question; there a reader that has gone is not noticed.</summary>
    private static bool HasNoReader()
    {
        if (OperatingSystem.IsWindows()) return false;
        var asked = new PollDescriptor { Descriptor = Descriptor };
        return Poll(ref asked, 1, 0) > 0 && (asked.Returned & (PollError | PollHangUp)) != 0;
    }

    [DllImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Wanted;
        public short Returned;
    }
}

/// <summary>Whoever read the output has gone, as `head` does: there is nothing left to do, and nothing went wrong.</summary>
internal sealed class ReaderGoneException() : IOException("Whoever read the output has gone.");
