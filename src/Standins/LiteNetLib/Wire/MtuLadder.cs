namespace LiteNetLib.Wire;

/// <summary>The datagram sizes that path MTU discovery tries in turn: Ethernet's 1500 less room for headers and tunnels.</summary>
internal static class MtuLadder
{
    public static readonly int[] Steps = [1024, 1164, 1392, 1404, 1424, 1432];
}
