using LiteNetLib;

namespace LanChat.Net;

/// <summary>
/// LiteNetLib writes what it thinks worth saying to the console unless somebody else takes it; stdout and the screen are the user's, and
/// whatever matters of it reaches the node as an input.
/// </summary>
internal sealed class QuietLogger : INetLogger
{
    public static void Install() => NetDebug.Logger ??= new QuietLogger();

    public void WriteNet(NetLogLevel level, string str, params object[] args)
    {
    }
}
