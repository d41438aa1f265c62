using System.Buffers;
using System.Globalization;
using MessagePack;

namespace Standins.Tests.MessagePack;

public sealed class MessagePackWriterTests
{
    private delegate void Writing(ref MessagePackWriter writer);

    private static readonly Dictionary<string, Writing> Writings = BuildWritings();

    public static IEnumerable<TheoryDataRow<string, string>> WriterRows => RecordedBehaviour.Rows("W");

    public static IEnumerable<TheoryDataRow<string, string>> EncodedLengthRows => RecordedBehaviour.Rows("GetEncodedLength");

    [Theory]
    [MemberData(nameof(WriterRows))]
    public void Writes_the_bytes_of_the_original(string call, string expected)
    {
        Assert.Equal(expected, Observe(Writings[call]));
    }

    [Theory]
    [MemberData(nameof(EncodedLengthRows))]
    public void Foretells_the_length_of_integers(string _, string expected)
    {
        foreach (string pair in expected.Split(','))
        {
            string[] sides = pair.Split('=');
            long value = long.Parse(sides[0], CultureInfo.InvariantCulture);
            int length = int.Parse(sides[1], CultureInfo.InvariantCulture);
            Assert.Equal(length, MessagePackWriter.GetEncodedLength(value));
            Assert.Equal(length, Write((ref MessagePackWriter writer) => writer.Write(value)).Length);
            if (value >= 0)
                Assert.Equal(length, MessagePackWriter.GetEncodedLength((ulong)value));
        }
    }

    [Fact]
    public void Every_recorded_call_is_made()
    {
        Assert.Equal(107, WriterRows.Count());
        Assert.Empty(Writings.Keys.Except(WriterRows.Select(row => row.Data.Item1)));
    }

    [Fact]
    public void Nothing_reaches_the_output_before_Flush()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.Write(1);
        Assert.Equal(0, output.WrittenCount);
        writer.Flush();
        writer.Flush();
        Assert.Equal(1, output.WrittenCount);
    }

    [Fact]
    public void A_clone_keeps_the_settings_and_writes_elsewhere()
    {
        using var source = new CancellationTokenSource();
        var writer = new MessagePackWriter(new ArrayBufferWriter<byte>()) { OldSpec = true, CancellationToken = source.Token };
        var output = new ArrayBufferWriter<byte>();
        MessagePackWriter clone = writer.Clone(output);
        Assert.Equal(source.Token, clone.CancellationToken);
        clone.Write(new byte[1]);
        clone.Flush();
        Assert.Equal("a100", Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Fact]
    public void Advance_beyond_the_span_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Write((ref MessagePackWriter writer) =>
        {
            int room = writer.GetSpan(4).Length;
            writer.Advance(room + 1);
        }));
    }

    [Fact]
    public void Sequences_are_written_whole()
    {
        byte[] body = [.. Enumerable.Range(0, 300).Select(index => (byte)index)];
        ReadOnlySequence<byte> sequence = Segment.OnePerByte(body);
        Assert.Equal(Write((ref MessagePackWriter w) => w.Write(body)), Write((ref MessagePackWriter w) => w.Write(sequence)));
        Assert.Equal(Write((ref MessagePackWriter w) => w.WriteString(body)), Write((ref MessagePackWriter w) => w.WriteString(sequence)));
        Assert.Equal(body, Write((ref MessagePackWriter w) => w.WriteRaw(sequence)));
    }

    [Fact]
    public void Small_chunks_of_output_are_enough()
    {
        byte[] whole = Write(WriteOneOfEach);
        var chunks = new ChunkedOutput();
        var writer = new MessagePackWriter(chunks);
        WriteOneOfEach(ref writer);
        writer.Flush();
        Assert.Equal(whole, chunks.Written);
    }

    [Fact]
    public void Writing_allocates_nothing()
    {
        var output = new ArrayBufferWriter<byte>(4096);
        byte[] body = new byte[200];
        WriteMessage(output, body);
        output.ResetWrittenCount();
        long before = GC.GetAllocatedBytesForCurrentThread();
        WriteMessage(output, body);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void WriteMessage(ArrayBufferWriter<byte> output, byte[] body)
    {
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(4);
        writer.Write(-12345);
        writer.Write("grüße an alle im haus");
        writer.Write(body);
        writer.Write(DateTime.UnixEpoch);
        writer.Flush();
    }

    private static void WriteOneOfEach(ref MessagePackWriter writer)
    {
        foreach ((string call, Writing writing) in Writings)
        {
            if (call is not ("ArrayHeader -1" or "ctor null writer") && !call.StartsWith("OldSpec", StringComparison.Ordinal))
                writing(ref writer);
        }
    }

    private static string Observe(Writing writing)
    {
        try
        {
            return RecordedBehaviour.Show(Write(writing));
        }
        catch (Exception thrown) when (thrown is OverflowException or NotSupportedException or ArgumentNullException)
        {
            return RecordedBehaviour.Show(thrown);
        }
    }

    private static byte[] Write(Writing writing)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writing(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static Dictionary<string, Writing> BuildWritings()
    {
        var writings = new Dictionary<string, Writing>();
        AddIntegers(writings);
        AddFixedWidths(writings);
        AddHeaders(writings);
        AddStrings(writings);
        AddBytes(writings);
        AddTimes(writings);
        return writings;
    }

    private static void AddIntegers(Dictionary<string, Writing> writings)
    {
        long[] longs =
        [
            0, 1, 127, 128, 255, 256, 65535, 65536, uint.MaxValue, 1L << 32, long.MaxValue, -1, -32, -33, -128, -129, -32768, -32769,
            int.MinValue, int.MinValue - 1L, long.MinValue,
        ];
        foreach (long value in longs)
            writings[$"Write(long {value})"] = (ref MessagePackWriter writer) => writer.Write(value);
        foreach (int value in longs.Where(value => value is >= int.MinValue and <= int.MaxValue and not 1).Select(value => (int)value))
            writings[$"Write(int {value})"] = (ref MessagePackWriter writer) => writer.Write(value);
        writings["Write(int 2147483647)"] = (ref MessagePackWriter writer) => writer.Write(int.MaxValue);
        writings["Write(short -200)"] = (ref MessagePackWriter writer) => writer.Write((short)-200);
        writings["Write(sbyte -33)"] = (ref MessagePackWriter writer) => writer.Write((sbyte)-33);
        writings["Write(byte 200)"] = (ref MessagePackWriter writer) => writer.Write((byte)200);
        writings["Write(ushort 200)"] = (ref MessagePackWriter writer) => writer.Write((ushort)200);
        writings["Write(ulong max)"] = (ref MessagePackWriter writer) => writer.Write(ulong.MaxValue);
        writings["Write('A')"] = (ref MessagePackWriter writer) => writer.Write('A');
        writings["Write('\\u20ac')"] = (ref MessagePackWriter writer) => writer.Write('€');
    }

    private static void AddFixedWidths(Dictionary<string, Writing> writings)
    {
        writings["WriteInt32(1)"] = (ref MessagePackWriter writer) => writer.WriteInt32(1);
        writings["WriteUInt8(1)"] = (ref MessagePackWriter writer) => writer.WriteUInt8(1);
        writings["WriteInt64(-1)"] = (ref MessagePackWriter writer) => writer.WriteInt64(-1);
        writings["WriteUInt16(1)"] = (ref MessagePackWriter writer) => writer.WriteUInt16(1);
        writings["true/false/nil"] = (ref MessagePackWriter writer) =>
        {
            writer.Write(true);
            writer.Write(false);
            writer.WriteNil();
        };
        writings["float 1.5"] = (ref MessagePackWriter writer) => writer.Write(1.5f);
        writings["double 1.5"] = (ref MessagePackWriter writer) => writer.Write(1.5);
        writings["double nan"] = (ref MessagePackWriter writer) => writer.Write(double.NaN);
    }

    private static void AddHeaders(Dictionary<string, Writing> writings)
    {
        foreach (int count in (int[])[0, 15, 16, 65535, 65536, -1])
        {
            writings[$"ArrayHeader {count}"] = (ref MessagePackWriter writer) => writer.WriteArrayHeader(count);
            if (count >= 0)
                writings[$"MapHeader {count}"] = (ref MessagePackWriter writer) => writer.WriteMapHeader(count);
        }

        writings["BinHeader 3 + raw"] = (ref MessagePackWriter writer) =>
        {
            writer.WriteBinHeader(3);
            writer.WriteRaw([1, 2, 3]);
        };
        writings["StringHeader 40"] = (ref MessagePackWriter writer) => writer.WriteStringHeader(40);
        writings["ctor null writer"] = (ref MessagePackWriter writer) => writer = new MessagePackWriter(null!);
        writings["GetSpan/Advance"] = (ref MessagePackWriter writer) =>
        {
            Span<byte> span = writer.GetSpan(2);
            span[0] = 0x91;
            span[1] = 0x01;
            writer.Advance(2);
        };
    }

    private static void AddStrings(Dictionary<string, Writing> writings)
    {
        writings["string null"] = (ref MessagePackWriter writer) => writer.Write((string?)null);
        foreach (int length in (int[])[0, 1, 31, 32, 255, 256, 65535, 65536])
            writings[$"string len {length}"] = (ref MessagePackWriter writer) => writer.Write(new string('a', length));
        writings["string 20x€ (60 bytes)"] = (ref MessagePackWriter writer) => writer.Write(new string('€', 20));
        writings["string lone surrogate"] = (ref MessagePackWriter writer) => writer.Write("\ud800");
        writings["span<char> empty"] = (ref MessagePackWriter writer) => writer.Write(ReadOnlySpan<char>.Empty);
        writings["OldSpec string 40"] = (ref MessagePackWriter writer) =>
        {
            writer.OldSpec = true;
            writer.Write(new string('a', 40));
        };
    }

    private static void AddBytes(Dictionary<string, Writing> writings)
    {
        writings["byte[] null"] = (ref MessagePackWriter writer) => writer.Write((byte[]?)null);
        foreach (int length in (int[])[0, 1, 255, 256, 65535, 65536])
            writings[$"bin len {length}"] = (ref MessagePackWriter writer) => writer.Write(new byte[length]);
        writings["OldSpec bin 40"] = (ref MessagePackWriter writer) =>
        {
            writer.OldSpec = true;
            writer.Write(new byte[40]);
        };
        foreach (int length in (int[])[0, 1, 2, 3, 4, 8, 16, 17, 255, 256, 65536])
        {
            var extension = new ExtensionResult(5, new byte[length]);
            writings[$"ext type 5 len {length}"] = (ref MessagePackWriter writer) => writer.WriteExtensionFormat(extension);
        }
    }

    private static void AddTimes(Dictionary<string, Writing> writings)
    {
        writings["OldSpec DateTime"] = (ref MessagePackWriter writer) =>
        {
            writer.OldSpec = true;
            writer.Write(DateTime.UnixEpoch);
        };
        var second = new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        AddTime("DateTime epoch", DateTime.UnixEpoch);
        AddTime("DateTime 2024-01-02T03:04:05.1234567Z", second.AddTicks(1234567));
        AddTime("DateTime 2024 whole sec Unspecified", DateTime.SpecifyKind(second, DateTimeKind.Unspecified));
        AddTime("DateTime 1960", new DateTime(1960, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(1));
        AddTime("DateTime max", DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc));
        AddTime("DateTime min", DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc));
        AddTime("DateTime 2110", new DateTime(2110, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        void AddTime(string call, DateTime time) => writings[call] = (ref MessagePackWriter writer) => writer.Write(time);
    }

    /// <summary>Gives never more room than it is asked for.</summary>
    private sealed class ChunkedOutput : IBufferWriter<byte>
    {
        private byte[] _chunk = [];

        public List<byte> Written { get; } = [];

        public void Advance(int count) => Written.AddRange(_chunk[..count]);

        public Memory<byte> GetMemory(int sizeHint = 0) => _chunk = new byte[Math.Max(1, sizeHint)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
