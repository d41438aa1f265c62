using LanChat.Protocol;
using LanChat.Simulation.Engine;

namespace LanChat.Simulation.Scenarios;

/// <summary>A malicious peer.</summary>
internal sealed class Attacker(World world, ICryptography crypto, ulong seed, Segment segment)
{
    public void Do(int kind) => _ = (world, crypto, seed, segment, kind);

    public void Leave() => _ = world;
}
