using System.Buffers;
using System.Globalization;
using MessagePack;

namespace Standins.Tests.MessagePack;

public sealed class MessagePackReaderTests
{
    private delegate string Reading(ref MessagePackReader reader);

    private static readonly Dictionary<string, Reading> Readings = BuildReadings();

    public static IEnumerable<TheoryDataRow<string, string>> ContiguousRows => RecordedBehaviour.Rows("R");

    public static IEnumerable<TheoryDataRow<string, string>> SplitRows => RecordedBehaviour.Rows("Rsplit");

    [Theory]
    [MemberData(nameof(ContiguousRows))]
    public void Reads_contiguous_memory_like_the_original(string call, string expected)
    {
        (Reading reading, byte[] input) = Parse(call);
        Assert.Equal(expected, Observe(reading, new MessagePackReader(input)));
        Assert.Equal(expected, Observe(reading, new MessagePackReader(new ReadOnlySequence<byte>(input))));
    }

    [Theory]
    [MemberData(nameof(SplitRows))]
    public void Reads_one_byte_segments_like_the_original(string call, string expected)
    {
        (Reading reading, byte[] input) = Parse(call);
        Assert.Equal(expected, Observe(reading, new MessagePackReader(Segment.OnePerByte(input))));
    }

    [Fact]
    public void Every_recorded_call_is_made()
    {
        Assert.Equal(251, ContiguousRows.Count());
        Assert.Equal(251, SplitRows.Count());
    }

    /// <summary>Nothing but the three documented exceptions, and the same ones wherever the input is cut.</summary>
    [Fact]
    public void Random_bytes_give_a_value_or_a_documented_exception_however_they_are_cut()
    {
        const int seed = 20260101;
        var random = new Random(seed);
        Reading[] readings = [.. Readings.Where(pair => pair.Key.StartsWith("Read") || pair.Key == "Skip").Select(pair => pair.Value)];
        for (int round = 0; round < 20_000; round++)
        {
            byte[] input = RandomInput(random);
            ReadOnlySequence<byte> cut = Segment.Cut(input, _ => random.Next(1, 6));
            foreach (Reading reading in readings)
            {
                string contiguous = Observe(reading, new MessagePackReader(input));
                string split = Observe(reading, new MessagePackReader(cut));
                if (contiguous != split)
                    Assert.Fail($"seed {seed}, round {round}, input {Convert.ToHexStringLower(input)}: {contiguous} / {split}");
            }
        }
    }

    [Fact]
    public void What_was_written_is_read_back_from_any_segments()
    {
        const int seed = 7;
        var random = new Random(seed);
        for (int round = 0; round < 2_000; round++)
        {
            long number = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            string text = new('ü', random.Next(0, 400));
            byte[] body = new byte[random.Next(0, 400)];
            random.NextBytes(body);
            var output = new ArrayBufferWriter<byte>();
            var writer = new MessagePackWriter(output);
            writer.WriteArrayHeader(3);
            writer.Write(number);
            writer.Write(text);
            writer.Write(body);
            writer.Flush();

            var reader = new MessagePackReader(Segment.Cut(output.WrittenMemory, _ => random.Next(1, 50)));
            Assert.Equal(3, reader.ReadArrayHeader());
            Assert.Equal(number, reader.ReadInt64());
            Assert.Equal(text, reader.ReadString());
            Assert.Equal(body, reader.ReadBytes()!.Value.ToArray());
            Assert.True(reader.End);
            Assert.Equal(output.WrittenCount, reader.Consumed);
        }
    }

    [Fact]
    public void A_string_span_is_given_only_from_one_segment()
    {
        byte[] input = [0xa2, 0x61, 0x62, 0x05];
        var whole = new MessagePackReader(input);
        Assert.True(whole.TryReadStringSpan(out ReadOnlySpan<byte> span));
        Assert.Equal("ab"u8.ToArray(), span.ToArray());
        Assert.Equal(5, whole.ReadInt32());

        var split = new MessagePackReader(Segment.OnePerByte(input));
        Assert.False(split.TryReadStringSpan(out _));
        Assert.Equal(0, split.Consumed);
        Assert.Equal("ab", split.ReadString());

        var nil = new MessagePackReader(new byte[] { 0xc0 });
        Assert.False(nil.TryReadStringSpan(out _));
        Assert.Equal(0, nil.Consumed);
    }

    [Fact]
    public void A_peek_reader_leaves_the_reader_where_it_is()
    {
        var reader = new MessagePackReader(Segment.OnePerByte(new byte[] { 0xcd, 1, 0, 7 }));
        MessagePackReader peek = reader.CreatePeekReader();
        Assert.Equal(256, peek.ReadInt32());
        Assert.Equal(7, peek.ReadInt32());
        Assert.Equal(0, reader.Consumed);
        Assert.Equal(256, reader.ReadInt32());
    }

    [Fact]
    public void A_clone_keeps_depth_and_cancellation()
    {
        using var source = new CancellationTokenSource();
        var reader = new MessagePackReader(new byte[] { 1 }) { Depth = 3, CancellationToken = source.Token };
        MessagePackReader clone = reader.Clone(new ReadOnlySequence<byte>(new byte[] { 2 }));
        Assert.Equal(3, clone.Depth);
        Assert.Equal(source.Token, clone.CancellationToken);
        Assert.Equal(2, clone.ReadInt32());
    }

#if !USE_NUGET_PACKAGES
    /// <summary>What the original does with it was not observed.</summary>
    [Fact]
    public void A_timestamp_outside_the_calendar_is_refused()
    {
        byte[] input = Convert.FromHexString("c70cff00000000" + "7fffffffffffffff");
        Assert.Throws<MessagePackSerializationException>(() => new MessagePackReader(input).ReadDateTime());
    }
#endif

    [Fact]
    public void A_timestamp_is_read_after_its_header_too()
    {
        var reader = new MessagePackReader(Segment.OnePerByte(Convert.FromHexString("d6ff65937d25")));
        ExtensionHeader header = reader.ReadExtensionFormatHeader();
        Assert.Equal(new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc), reader.ReadDateTime(header));
        Assert.True(reader.End);
    }

    [Fact]
    public void Reading_contiguous_memory_allocates_nothing()
    {
        byte[] input = Convert.FromHexString("95cd0100a26162c403010203d6ff65937d2581c0c3");
        ReadMessage(input);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ReadMessage(input);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void ReadMessage(byte[] input)
    {
        var reader = new MessagePackReader(input);
        reader.ReadArrayHeader();
        reader.ReadInt32();
        reader.TryReadStringSpan(out _);
        reader.ReadBytes();
        reader.ReadDateTime();
        reader.Skip();
        if (!reader.End)
            throw new InvalidOperationException("The message was not read to its end.");
    }

    private static byte[] RandomInput(Random random)
    {
        byte[] input = new byte[random.Next(0, 24)];
        random.NextBytes(input);

        // Small numbers after the code make lengths that the input can satisfy.
        for (int index = 1; index < input.Length; index++)
        {
            if (random.Next(2) == 0)
                input[index] = (byte)random.Next(4);
        }

        return input;
    }

    private static (Reading Reading, byte[] Input) Parse(string call)
    {
        int space = call.LastIndexOf(' ');
        return (Readings[call[..space]], Convert.FromHexString(call[(space + 1)..]));
    }

    private static string Observe(Reading reading, MessagePackReader reader)
    {
        string result;
        try
        {
            result = reading(ref reader);
        }
        catch (Exception thrown) when (thrown is EndOfStreamException or MessagePackSerializationException or OverflowException)
        {
            result = RecordedBehaviour.Show(thrown);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{result} consumed={reader.Consumed}");
    }

    private static Dictionary<string, Reading> BuildReadings() => new()
    {
        ["ReadByte"] = (ref MessagePackReader reader) => Show(reader.ReadByte()),
        ["ReadSByte"] = (ref MessagePackReader reader) => Show(reader.ReadSByte()),
        ["ReadInt16"] = (ref MessagePackReader reader) => Show(reader.ReadInt16()),
        ["ReadUInt16"] = (ref MessagePackReader reader) => Show(reader.ReadUInt16()),
        ["ReadUInt32"] = (ref MessagePackReader reader) => Show(reader.ReadUInt32()),
        ["ReadInt32"] = (ref MessagePackReader reader) => Show(reader.ReadInt32()),
        ["ReadInt64"] = (ref MessagePackReader reader) => Show(reader.ReadInt64()),
        ["ReadUInt64"] = (ref MessagePackReader reader) => Show(reader.ReadUInt64()),
        ["ReadChar"] = (ref MessagePackReader reader) => Show((int)reader.ReadChar()),
        ["ReadDouble"] = (ref MessagePackReader reader) => "d:" + Show(reader.ReadDouble()),
        ["ReadSingle"] = (ref MessagePackReader reader) => "f:" + Show(reader.ReadSingle()),
        ["ReadBoolean"] = (ref MessagePackReader reader) => Show(reader.ReadBoolean()),
        ["ReadNil"] = (ref MessagePackReader reader) => reader.ReadNil().ToString(),
        ["TryReadNil"] = (ref MessagePackReader reader) => Show(reader.TryReadNil()),
        ["ReadString"] = (ref MessagePackReader reader) => reader.ReadString() is { } text ? RecordedBehaviour.Show(text) : "null",
        ["ReadStringSequence"] = (ref MessagePackReader reader) => ShowBytes(reader.ReadStringSequence()),
        ["ReadBytes"] = (ref MessagePackReader reader) => ShowBytes(reader.ReadBytes()),
        ["ReadArrayHeader"] = (ref MessagePackReader reader) => Show(reader.ReadArrayHeader()),
        ["ReadMapHeader"] = (ref MessagePackReader reader) => Show(reader.ReadMapHeader()),
        ["TryReadArrayHeader"] = (ref MessagePackReader reader) => $"\"{reader.TryReadArrayHeader(out int count)} {count}\"",
        ["Skip"] = (ref MessagePackReader reader) =>
        {
            reader.Skip();
            return "\"ok\"";
        },
        ["ReadRaw"] = (ref MessagePackReader reader) => ShowBytes(reader.ReadRaw()),
        ["ReadRaw(3)"] = (ref MessagePackReader reader) => ShowBytes(reader.ReadRaw(3)),
        ["ReadRaw(4)"] = (ref MessagePackReader reader) => ShowBytes(reader.ReadRaw(4)),
        ["ReadExtensionFormat"] = (ref MessagePackReader reader) => ShowExtension(reader.ReadExtensionFormat()),
        ["ReadExtensionFormatHeader"] = (ref MessagePackReader reader) =>
        {
            ExtensionHeader header = reader.ReadExtensionFormatHeader();
            return $"exthdr {header.TypeCode} {header.Length}";
        },
        ["ReadDateTime"] = (ref MessagePackReader reader) => reader.ReadDateTime().ToString("o", CultureInfo.InvariantCulture),
        ["NextMessagePackType"] = (ref MessagePackReader reader) => reader.NextMessagePackType.ToString(),
        ["End empty"] = (ref MessagePackReader reader) => Show(reader.End),
        ["IsNil at end"] = (ref MessagePackReader reader) => Show(reader.IsNil),
        ["DepthStep x501"] = StepDown,
        ["nested arrays skip 200000"] = (ref MessagePackReader _) => Show(SkipsNestedArrays(200_000)),
        ["default(reader)"] = (ref MessagePackReader _) => Show(default(MessagePackReader).End),
    };

    private static string StepDown(ref MessagePackReader reader)
    {
        try
        {
            for (int step = 0; step < 501; step++)
                MessagePackSecurity.UntrustedData.DepthStep(ref reader);
            return "nothing thrown";
        }
        catch (InsufficientExecutionStackException thrown)
        {
            return $"\"{thrown.GetType().Name} depth={reader.Depth}\"";
        }
    }

    private static bool SkipsNestedArrays(int depth)
    {
        byte[] input = new byte[depth + 1];
        Array.Fill(input, (byte)0x91);
        input[^1] = MessagePackCode.Nil;
        var reader = new MessagePackReader(input);
        reader.Skip();
        return reader.End;
    }

    private static string Show(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Show(bool value) => value.ToString();

    private static string ShowBytes(ReadOnlySequence<byte>? bytes) =>
        bytes is { } sequence ? "bytes " + Convert.ToHexStringLower(sequence.ToArray()) : "null";

    private static string ShowExtension(ExtensionResult result) =>
        $"ext {result.TypeCode} {Convert.ToHexStringLower(result.Data.ToArray())}";
}
