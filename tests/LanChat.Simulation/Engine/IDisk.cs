using LanChat.Core;

namespace LanChat.Simulation.Engine;

/// <summary>What a host keeps when its process is gone.</summary>
internal interface IDisk
{
    Host Host { set; }

    /// <summary>The process starts.</summary>
    void Open();

    /// <summary>The process ended in good order.</summary>
    void Close();

    /// <summary>What was not committed is gone; with the power, what was not synced as well.</summary>
    void Crash(bool isPowerCut);

    /// <summary>Carries out what is for a store; false for anything else.</summary>
    bool TryExecute(NodeOutput output);
}
