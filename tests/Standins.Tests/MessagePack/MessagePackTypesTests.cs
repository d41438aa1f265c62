using MessagePack;

namespace Standins.Tests.MessagePack;

public sealed class MessagePackTypesTests
{
    [Fact]
    public void The_two_securities_have_the_limits_of_the_original()
    {
        Assert.Equal(500, MessagePackSecurity.TrustedData.MaximumObjectGraphDepth);
        Assert.Equal(int.MaxValue, MessagePackSecurity.TrustedData.MaximumDecompressedSize);
        Assert.False(MessagePackSecurity.TrustedData.HashCollisionResistant);
        Assert.Equal(500, MessagePackSecurity.UntrustedData.MaximumObjectGraphDepth);
        Assert.Equal(64 * 1024 * 1024, MessagePackSecurity.UntrustedData.MaximumDecompressedSize);
        Assert.True(MessagePackSecurity.UntrustedData.HashCollisionResistant);
    }

    [Fact]
    public void A_setting_that_does_not_change_gives_the_same_security()
    {
        MessagePackSecurity security = MessagePackSecurity.UntrustedData;
        Assert.Same(security, security.WithMaximumObjectGraphDepth(500));
        Assert.Same(security, security.WithMaximumDecompressedSize(64 * 1024 * 1024));
        Assert.Same(security, security.WithHashCollisionResistant(true));
    }

    [Fact]
    public void A_changed_setting_leaves_the_others()
    {
        MessagePackSecurity security = MessagePackSecurity.UntrustedData
            .WithMaximumObjectGraphDepth(3).WithMaximumDecompressedSize(4).WithHashCollisionResistant(false);
        Assert.Equal(3, security.MaximumObjectGraphDepth);
        Assert.Equal(4, security.MaximumDecompressedSize);
        Assert.False(security.HashCollisionResistant);
        Assert.Throws<ArgumentOutOfRangeException>(() => security.WithMaximumObjectGraphDepth(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => security.WithMaximumDecompressedSize(-1));
    }

    [Fact]
    public void A_step_beyond_the_limit_is_refused_and_one_back_makes_room()
    {
        MessagePackSecurity security = MessagePackSecurity.UntrustedData.WithMaximumObjectGraphDepth(1);
        var reader = new MessagePackReader(Array.Empty<byte>());
        security.DepthStep(ref reader);
        bool refused = false;
        try
        {
            security.DepthStep(ref reader);
        }
        catch (InsufficientExecutionStackException)
        {
            refused = true;
        }

        Assert.True(refused);
        reader.Depth--;
        security.DepthStep(ref reader);
        Assert.Equal(1, reader.Depth);
    }

    [Fact]
    public void Headers_of_extensions_are_equal_by_value()
    {
        Assert.Equal(new ExtensionHeader(5, 7), new ExtensionHeader(5, 7u));
        Assert.NotEqual(new ExtensionHeader(5, 7), new ExtensionHeader(6, 7));
        Assert.Equal(new ExtensionHeader(-3, 2), new ExtensionResult(-3, new byte[2]).Header);
        Assert.Throws<OverflowException>(() => new ExtensionHeader(1, -1));
    }

    [Fact]
    public void Every_code_has_a_type_and_a_name()
    {
        for (int code = 0; code <= byte.MaxValue; code++)
        {
            Assert.Equal(code == MessagePackCode.NeverUsed, MessagePackCode.ToMessagePackType((byte)code) == MessagePackType.Unknown);
            Assert.False(string.IsNullOrEmpty(MessagePackCode.ToFormatName((byte)code)));
        }
    }

    [Fact]
    public void All_nils_are_equal()
    {
        Assert.Equal(Nil.Default, default);
        Assert.Equal(0, Nil.Default.GetHashCode());
    }
}
