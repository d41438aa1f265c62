using System.Net;
using System.Text;
using LiteNetLib;
using LiteNetLib.Utils;

namespace LanChat.Standins.Tests.LiteNetLib;

public sealed class NetDataReaderTests
{
    [Fact]
    public void Everything_written_is_read_back()
    {
        var writer = new NetDataWriter();
        writer.Put((byte)1);
        writer.Put((sbyte)-2);
        writer.Put(true);
        writer.Put('x');
        writer.Put(short.MinValue);
        writer.Put(ushort.MaxValue);
        writer.Put(int.MinValue);
        writer.Put(uint.MaxValue);
        writer.Put(long.MinValue);
        writer.Put(ulong.MaxValue);
        writer.Put(1.25f);
        writer.Put(-2.5);
        writer.Put("text");
        writer.PutLargeString("large");
        writer.PutEnum(DeliveryMethod.Sequenced);
        writer.Put(IPEndPoint.Parse("[::1]:80"));
        var reader = new NetDataReader(writer);
        Assert.Equal(((byte)1, (sbyte)-2, true, 'x'), (reader.GetByte(), reader.GetSByte(), reader.GetBool(), reader.GetChar()));
        Assert.Equal((short.MinValue, ushort.MaxValue, int.MinValue), (reader.GetShort(), reader.GetUShort(), reader.GetInt()));
        Assert.Equal((uint.MaxValue, long.MinValue, ulong.MaxValue), (reader.GetUInt(), reader.GetLong(), reader.GetULong()));
        Assert.Equal((1.25f, -2.5, "text", "large"), (reader.GetFloat(), reader.GetDouble(), reader.GetString(), reader.GetLargeString()));
        Assert.Equal(DeliveryMethod.Sequenced, reader.GetEnum<DeliveryMethod>());
        Assert.Equal(IPEndPoint.Parse("[::1]:80"), reader.GetIPEndPoint());
        Assert.True(reader.EndOfData);
    }

    [Fact]
    public void Arrays_are_read_back()
    {
        var writer = new NetDataWriter();
        writer.PutArray([1.5f]);
        writer.PutArray(["a", "bc"]);
        writer.PutArray(new[] { 1L, 2L });
        writer.PutArray([true, false]);
        writer.PutSBytesWithLength([-1, 1]);
        writer.PutUnmanagedArray([Guid.Empty]);
        writer.PutArray(new[] { new Point { X = 3 } });
        var reader = new NetDataReader(writer);
        Assert.Equal([1.5f], reader.GetFloatArray());
        Assert.Equal(["a", "bc"], reader.GetStringArray());
        Assert.Equal([1L, 2L], reader.GetLongArray());
        Assert.Equal([true, false], reader.GetBoolArray());
        Assert.Equal([-1, 1], reader.GetSBytesWithLength());
        Assert.Equal([Guid.Empty], reader.GetUnmanagedArray<Guid>());
        Assert.Equal(3, reader.GetArray<Point>()[0].X);
    }

    [Theory]
    [InlineData("")]
    [InlineData("05")]
    [InlineData("0500616263")]
    [InlineData("ffff616263")]
    public void A_string_that_is_cut_off_is_refused_without_moving(string hex)
    {
        var reader = new NetDataReader(Convert.FromHexString(hex));
        Assert.Throws<InvalidOperationException>(() => reader.GetString());
        Assert.False(reader.TryGetString(out string result));
        Assert.Null(result);
        Assert.Equal(0, reader.Position);
    }

    [Fact]
    public void Counts_beyond_the_data_do_not_size_arrays()
    {
        var reader = new NetDataReader([0xFF, 0xFF, 1]);
        Assert.Throws<InvalidOperationException>(() => reader.GetLongArray());
        reader.SetPosition(0);
        Assert.Throws<InvalidOperationException>(() => reader.GetStringArray());
        reader.SetPosition(0);
        Assert.Throws<InvalidOperationException>(() => reader.GetArray<Point>());
        reader.SetPosition(0);
        Assert.False(reader.TryGetStringArray(out _));
        Assert.False(reader.TryGetBytesWithLength(out _));
        Assert.Equal(0, reader.Position);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        var reader = new NetDataReader([2, 0, 0xFF]);
        Assert.Throws<DecoderFallbackException>(() => reader.GetString());
    }

    [Fact]
    public void A_too_long_string_is_consumed_and_read_as_empty()
    {
        var writer = NetDataWriter.FromString("abcdef");
        writer.Put((byte)9);
        var reader = new NetDataReader(writer);
        Assert.Equal("", reader.PeekString(3));
        Assert.Equal("abcdef", reader.PeekString(6));
        Assert.Equal("", reader.GetString(3));
        Assert.Equal(9, reader.GetByte());
    }

    [Fact]
    public void The_third_argument_of_a_source_is_its_end()
    {
        var reader = new NetDataReader([1, 2, 3, 4, 5], 1, 4);
        Assert.Equal((1, 3, 3), (reader.UserDataOffset, reader.UserDataSize, reader.AvailableBytes));
        Assert.Equal([2, 3, 4], reader.PeekRemainingBytes());
        reader.SkipBytes(1);
        Assert.Equal([3, 4], reader.GetRemainingBytesSegment().ToArray());
        Assert.True(reader.EndOfData);
        Assert.False(reader.TryGetByte(out _));
        Assert.Throws<InvalidOperationException>(() => reader.SkipBytes(1));
    }

    private struct Point : INetSerializable
    {
        public int X;

        public readonly void Serialize(NetDataWriter writer) => writer.Put(X);

        public void Deserialize(NetDataReader reader) => X = reader.GetInt();
    }
}
