namespace LanChat.Pipe;

/// <summary>
/// Lines on their way to a stream: those that may wait leave together, whole, in their order. Used by one thread at a time.
/// </summary>
internal sealed class LineBuffer(Stream output)
{
    /// <summary>
    /// Bytes that leave in one write at most, whole lines unless one alone is longer: so much a pipe takes all or none of (pipe(7), PIPE_BUF), and
    /// whoever reads finds no half line when this program is killed.
    /// </summary>
    public const int WholeWrite = 4096;

    private readonly byte[] _waiting = new byte[WholeWrite];
    private int _count;

    /// <summary>Takes a line with its end; what waits leaves first where both do not fit into one write.</summary>
    /// <exception cref="IOException">Nobody reads the stream any more, or it takes nothing; what waited is given up.</exception>
    public void Add(ReadOnlySpan<byte> line)
    {
        if (_count + line.Length > WholeWrite) WriteWaiting();
        if (line.Length > WholeWrite)
        {
            output.Write(line);
        }
        else
        {
            line.CopyTo(_waiting.AsSpan(_count));
            _count += line.Length;
        }
    }

    /// <summary>Lets leave what waits.</summary>
    /// <exception cref="IOException">As for <see cref="Add"/>.</exception>
    public void Flush()
    {
        WriteWaiting();
        output.Flush();
    }

    private void WriteWaiting()
    {
        var count = _count;
        _count = 0;
        if (count > 0) output.Write(_waiting.AsSpan(0, count));
    }
}
