using System.Net;

namespace LanChat.Net.Tests;

/// <summary>Which networks a node takes itself to be on.</summary>
public sealed class LocalNetworksTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void Bound_to_a_wildcard_a_node_is_on_every_network(string wildcard) => Assert.Equal(
        LocalNetworks.Read(null).Select(network => network.Name), LocalNetworks.Read(IPAddress.Parse(wildcard)).Select(network => network.Name));

    [Fact]
    public void Bound_to_one_address_it_is_on_that_network_alone()
    {
        var only = Assert.Single(LocalNetworks.Read(IPAddress.Loopback));
        Assert.True(only.IsLoopback);
        Assert.Equal(IPAddress.Loopback, Assert.Single(only.Addresses).Address);
    }
}
