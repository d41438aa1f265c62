using LanChat.Pipe;

namespace LanChat.App.Tests.Commands;

/// <summary>What leaves in one write.</summary>
public sealed class LineBufferTests
{
    private readonly Writes _writes = new();
    private readonly LineBuffer _lines;

    public LineBufferTests() => _lines = new LineBuffer(_writes);

    [Fact]
    public void Lines_that_fit_into_one_write_leave_together()
    {
        Add(1000, 3096);
        Assert.Empty(_writes.Sizes);
        _lines.Flush();
        _lines.Flush();
        Assert.Equal([4096], _writes.Sizes);
    }

    [Fact]
    public void A_line_that_does_not_fit_any_more_leaves_after_those_before_it()
    {
        Add(1000, 3096, 1);
        Assert.Equal([4096], _writes.Sizes);
        _lines.Flush();
        Assert.Equal([4096, 1], _writes.Sizes);
    }

    [Fact]
    public void A_line_longer_than_a_write_leaves_alone_and_in_its_order()
    {
        Add(10, 4097, 4096, 20);
        _lines.Flush();
        Assert.Equal([10, 4097, 4096, 20], _writes.Sizes);
        Assert.Equal(_writes.Content.Order(), _writes.Content);
    }

    [Fact]
    public void What_could_not_be_written_is_not_written_again()
    {
        Add(10);
        _writes.Fails = true;
        Assert.Throws<IOException>(_lines.Flush);
        _writes.Fails = false;
        Add(5);
        _lines.Flush();
        Assert.Equal([5], _writes.Sizes);
    }

    /// <summary>Each line's bytes are its number.</summary>
    private void Add(params int[] sizes)
    {
        byte number = 0;
        foreach (var size in sizes) _lines.Add(Enumerable.Repeat(number++, size).ToArray());
    }

    private sealed class Writes : MemoryStream
    {
        public List<int> Sizes { get; } = [];

        public bool Fails { get; set; }

        public byte[] Content => ToArray();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Fails) throw new IOException("gone");
            Sizes.Add(buffer.Length);
            base.Write(buffer);
        }
    }
}
