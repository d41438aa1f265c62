namespace LanChat.Tidy.Tests;

/// <summary>A library and the only places that may name it, so that it can be replaced there and nowhere else.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Where">The folders, for the message.</param>
/// <param name="Folders">The folders, each with a slash at its end.</param>
internal sealed record LibraryHome(string Namespace, string Where, string[] Folders)
{
    /// <summary>All libraries that have one home.</summary>
    public static IReadOnlyList<LibraryHome> All { get; } =
    [
        new("LiteNetLib", "LanChat.Net, the stand-in, its tests and the benchmarks",
            ["src/LanChat.Net/", "src/Standins/LiteNetLib/", "tests/Standins.Tests/", "tests/LanChat.Net.Tests/", "tests/LanChat.Benchmarks/"]),
        new("MessagePack", "LanChat.Protocol, the stand-in, their tests and the benchmarks",
            ["src/LanChat.Protocol/", "src/Standins/MessagePack/", "tests/Standins.Tests/", "tests/LanChat.Protocol.Tests/", "tests/LanChat.Benchmarks/"]),
        new("Terminal.Gui", "src/LanChat/Tui, the stand-in and the tests of both",
            ["src/LanChat/Tui/", "src/Standins/Terminal.Gui/", "tests/Standins.Tests/", "tests/LanChat.App.Tests/"]),
        new("SQLitePCL", "LanChat.Storage and its tests", ["src/LanChat.Storage/", "tests/LanChat.Storage.Tests/"]),
    ];

    /// <summary>True where a source at this path may name the library.</summary>
    public bool Allows(string path) => Folders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal));
}
