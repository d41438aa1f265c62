using LanChat.Simulation.Scenarios;

namespace LanChat.Simulation;

public sealed class TrafficTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void A_thousand_path_flips_lose_nothing_and_hold_up_little(int seed)
    {
        var result = PathFlips.Run((ulong)seed, 1000);
        Assert.Null(result.Problem);
        Assert.True(result.Flips >= 1000);
        Assert.InRange(result.Percentile(99), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void In_a_full_mesh_each_entry_goes_to_each_member_once_and_digests_stay_small()
    {
        var result = FullMesh.Run(40, 50, 1);
        Assert.Equal(39, result.Links);
        Assert.Equal(50 * 39, result.Shown);
        Assert.Equal(50 * 39, result.EntrySends);
        Assert.Equal(0, result.MostSendsByOne);
        Assert.True(result.DigestBytes < result.AllBytes / 10, $"{result.DigestBytes} of {result.AllBytes} bytes are digests");
    }
}
