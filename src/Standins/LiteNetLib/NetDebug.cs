namespace LiteNetLib;

/// <summary>How serious a log line is.</summary>
public enum NetLogLevel
{
    /// <summary>Something unexpected that is handled.</summary>
    Warning,

    /// <summary>Something failed.</summary>
    Error,

    /// <summary>Fine detail.</summary>
    Trace,

    /// <summary>Something worth knowing.</summary>
    Info,
}

/// <summary>Receives the library's log lines.</summary>
public interface INetLogger
{
    /// <summary>Takes one line. Called on the library's threads.</summary>
    void WriteNet(NetLogLevel level, string str, params object[] args);
}

/// <summary>Where the library's log lines go.</summary>
public static class NetDebug
{
    private static readonly object[] NoArguments = [];

    /// <summary>The receiver; errors go to the console when it is null.</summary>
    public static INetLogger Logger;

    internal static void Error(string line)
    {
        var logger = Logger;
        if (logger != null)
            logger.WriteNet(NetLogLevel.Error, line, NoArguments);
        else
            Console.WriteLine(line);
    }
}
