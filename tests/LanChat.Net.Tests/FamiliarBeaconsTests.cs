using System.Net;

namespace LanChat.Net.Tests;

/// <summary>Who has been greeting for a while wakes nobody; who is new or comes back does.</summary>
public sealed class FamiliarBeaconsTests
{
    private static readonly IPAddress Ana = IPAddress.Parse("192.0.2.1");

    private readonly FamiliarBeacons _familiar = new();

    [Fact]
    public void Somebody_is_new_for_the_first_hellos_and_again_after_a_silence()
    {
        foreach (var at in (double[])[0, 0.2, 0.6, 1.4]) Assert.False(Knows(1, at));
        foreach (var at in (double[])[6, 6, 11, 16]) Assert.True(Knows(1, at));
        Assert.False(Knows(1, 40));
    }

    [Fact]
    public void Another_address_or_other_bytes_are_somebody_else()
    {
        Assert.False(Knows(1, 0));
        Assert.True(Knows(1, 5));
        Assert.False(Knows(2, 5));
        Assert.False(_familiar.Knows(IPAddress.Parse("192.0.2.2"), [1], TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void A_flood_of_strangers_is_forgotten_and_not_kept()
    {
        Assert.False(Knows(1, 0));
        for (var i = 0; i < 5000; i++) Assert.False(_familiar.Knows(Ana, BitConverter.GetBytes(i), TimeSpan.FromSeconds(1)));
        Assert.InRange(_familiar.Count, 1, 512);
    }

    private bool Knows(byte beacon, double seconds) => _familiar.Knows(Ana, [beacon], TimeSpan.FromSeconds(seconds));
}
