using System.Net;
using LiteNetLib;
using LiteNetLib.Utils;

namespace LanChat.Standins.Tests.LiteNetLib;

/// <summary>The encodings of the original, written and read back.</summary>
public sealed class NetDataWriterTests
{
    private static readonly Dictionary<string, Action<NetDataWriter>> Calls = new()
    {
        ["Put((byte)0x7f)"] = writer => writer.Put((byte)0x7f),
        ["Put((sbyte)-1)"] = writer => writer.Put((sbyte)-1),
        ["Put(true)"] = writer => writer.Put(true),
        ["Put((short)-2)"] = writer => writer.Put((short)-2),
        ["Put((ushort)0x1234)"] = writer => writer.Put((ushort)0x1234),
        ["Put(0x12345678)"] = writer => writer.Put(0x12345678),
        ["Put(1L<<40)"] = writer => writer.Put(1L << 40),
        ["Put(1.5f)"] = writer => writer.Put(1.5f),
        ["Put(1.5d)"] = writer => writer.Put(1.5d),
        ["Put('A')"] = writer => writer.Put('A'),
        ["Put(\"\")"] = writer => writer.Put(""),
        ["Put((string)null)"] = writer => writer.Put((string)null!),
        ["Put(\"abc\")"] = writer => writer.Put("abc"),
        ["Put(\"hé\")"] = writer => writer.Put("hé"),
        ["Put(\"abcdef\", maxLength 3)"] = writer => writer.Put("abcdef", 3),
        ["PutLargeString(\"abc\")"] = writer => writer.PutLargeString("abc"),
        ["PutBytesWithLength({1,2,3})"] = writer => writer.PutBytesWithLength([1, 2, 3]),
        ["PutBytesWithLength(null)"] = writer => writer.PutBytesWithLength(null!),
        ["PutArray(int[]{1,2})"] = writer => writer.PutArray(new[] { 1, 2 }),
        ["PutArray(string[]{\"a\",\"bc\"})"] = writer => writer.PutArray(new[] { "a", "bc" }),
        ["PutArray(bool[]{true,false})"] = writer => writer.PutArray(new[] { true, false }),
        ["Put(IPEndPoint 192.168.1.2:9050)"] = writer => writer.Put(IPEndPoint.Parse("192.168.1.2:9050")),
        ["Put(IPEndPoint [fe80::1]:9050)"] = writer => writer.Put(IPEndPoint.Parse("[fe80::1]:9050")),
        ["Put(Guid 00112233-4455-6677-8899-aabbccddeeff)"] = writer => writer.Put(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff")),
        ["PutEnum(DeliveryMethod.Unreliable)"] = writer => writer.PutEnum(DeliveryMethod.Unreliable),
        ["PutNullableUnmanaged<int>(5)"] = writer => writer.PutNullableUnmanaged<int>(5),
        ["PutNullableUnmanaged<int>(null)"] = writer => writer.PutNullableUnmanaged<int>(null),
    };

    public static TheoryData<string> Notes => new(Calls.Keys);

    [Theory]
    [MemberData(nameof(Notes))]
    public void A_value_is_written_as_the_original_writes_it(string note)
    {
        var writer = new NetDataWriter();
        Calls[note](writer);
        var captured = Scenario.All["net_data_writer"].Packets.Single(packet => packet.Note == note);
        Assert.Equal(Convert.ToHexStringLower(captured.Bytes), Convert.ToHexStringLower(writer.AsReadOnlySpan()));
    }

    /// <summary>The last captured entry belongs to NetPacketProcessor, which the stand-in leaves out.</summary>
    [Fact]
    public void Every_captured_call_but_the_packet_processor_has_its_test()
    {
        var notes = Scenario.All["net_data_writer"].Packets.Select(packet => packet.Note);
        Assert.Equal(notes.Where(note => !note.StartsWith("NetPacketProcessor", StringComparison.Ordinal)).Order(), Calls.Keys.Order());
    }

    [Fact]
    public void Text_that_is_no_text_or_too_long_is_refused()
    {
        var writer = new NetDataWriter();
        Assert.ThrowsAny<ArgumentException>(() => writer.Put("\ud800"));
        Assert.Throws<ArgumentException>(() => writer.Put(new string('a', 65535)));
        writer.Reset();
        writer.Put(new string('a', 65534));
        Assert.Equal(65534, new NetDataReader(writer).GetString().Length);
    }

    [Fact]
    public void A_writer_grows_starts_over_and_moves()
    {
        var writer = new NetDataWriter(true, 1);
        writer.Put(1L);
        Assert.Equal(8, writer.Length);
        Assert.Equal(8, writer.SetPosition(2));
        writer.Put((byte)7);
        Assert.Equal([1, 0, 7], writer.CopyData());
        writer.Reset(100);
        Assert.Equal((0, true), (writer.Length, writer.Capacity >= 100));
        Assert.Equal([1, 2], NetDataWriter.FromBytes([1, 2], false).CopyData());
        Assert.Equal([2], NetDataWriter.FromBytes([1, 2, 3], 1, 1).CopyData());
        Assert.Equal("a", new NetDataReader(NetDataWriter.FromString("a")).GetString());
    }

    [Fact]
    public void A_writer_of_fixed_size_refuses_what_does_not_fit()
    {
        var writer = new NetDataWriter(false, 3);
        Assert.ThrowsAny<ArgumentException>(() => writer.Put(1));
    }
}
