using LanChat.Client;

namespace LanChat.Commands;

/// <summary><c>lanchat</c>: the terminal UI.</summary>
internal static class ScreenCommand
{
    public static Task<int> RunAsync(ClientOptions options)
    {
        if (Console.IsOutputRedirected || Console.IsInputRedirected)
            throw new ClientException(ExitCodes.Failed, "There is no terminal here; use `lanchat pipe` for scripts or `lanchat tail ROOM` to read along.");
        throw new ClientException(ExitCodes.Failed, $"The terminal UI is not part of this build; use `lanchat pipe --profile {options.Profile.Path}`.");
    }
}
