using System.Reflection;

namespace Standins.Tests.Surface;

/// <summary>
/// What a stand-in shows, its original has too, to the letter: a program that builds against the one builds against the other.
/// What the original has beyond that is not listed here; the readme files name it.
/// </summary>
public sealed class StandinSurfaceTests
{
    /// <summary>Settings that the original lacks: bounds for what strangers and slow peers may make a node keep.</summary>
    private static readonly string[] AddedLimits =
    [
        "LiteNetManager.MaxHalfOpenConnections : int",
        "LiteNetManager.MaxQueuedBytesPerPeer : long",
        "LiteNetManager.MaxReassembliesPerPeer : int",
        "LiteNetManager.MaxReassemblyBytesPerPeer : long",
    ];

    private static readonly SurfaceComparison LiteNetLib = new(new LiteNetLibListing(), Listing("litenetlib-api-dump.txt"));
    private static readonly SurfaceComparison TerminalGui = new(new TerminalGuiListing(), Listing("terminalgui-api-dump.txt"));

#if !USE_NUGET_PACKAGES
    [Fact]
    public void LiteNetLib_shows_nothing_but_the_original_and_the_named_limits()
    {
        Assert.Equal(string.Join('\n', AddedLimits), string.Join('\n', LiteNetLib.Unlisted(Assembly.Load("LanChat.Standins.LiteNetLib"))));
    }

    [Fact]
    public void Terminal_Gui_shows_nothing_but_the_original()
    {
        Assert.Equal("", string.Join('\n', TerminalGui.Unlisted(Assembly.Load("LanChat.Standins.Terminal.Gui"))));
    }
#endif

    [Theory]
    [InlineData("NetDataReader.GetByte() : byte!", true)]
    [InlineData("NetDataReader.GetByte() : int!", false)]
    [InlineData("NetDataReader.GetByte() : static byte!", false)]
    [InlineData("NtpPacket.OriginTimestamp : DateTime? { get }", true)]
    [InlineData("NtpPacket.OriginTimestamp : DateTime! { get }", false)]
    [InlineData("NtpPacket.OriginTimestamp : DateTime? { set }", false)]
    [InlineData("NtpPacket.Poll : int? { get }", false)]
    [InlineData("LiteNetManager : IEnumerable<LiteNetPeer>", true)]
    [InlineData("LiteNetManager : IDisposable", false)]
    [InlineData("ConnectionState :: enum byte", true)]
    [InlineData("ConnectionState.Any = 46", true)]
    [InlineData("ConnectionState.Any = 62", false)]
    public void LiteNetLib_facts_are_told_from_inventions(string fact, bool isListed)
    {
        Assert.Equal(isListed, LiteNetLib.IsListed(fact));
    }

    [Theory]
    [InlineData("Terminal.Gui.App.Application :: static class", true)]
    [InlineData("Terminal.Gui.App.Application :: class", false)]
    [InlineData("Terminal.Gui.App.Application :: public static Point? ForceInlinePosition { get }", true)]
    [InlineData("Terminal.Gui.App.Application :: public static Point! ForceInlinePosition { get }", false)]
    [InlineData("Terminal.Gui.App.Application :: public static IDriver Driver { get }", true)]
    [InlineData("Terminal.Gui.App.Application :: public static IDriver Driver { set }", false)]
    [InlineData("Terminal.Gui.App.IApplication : IDisposable", true)]
    [InlineData("Terminal.Gui.ViewBase.TabBehavior :: enum int", true)]
    [InlineData("Terminal.Gui.ViewBase.TabBehavior :: TabGroup=2", true)]
    [InlineData("Terminal.Gui.ViewBase.TabBehavior :: TabGroup=3", false)]
    public void Terminal_Gui_facts_are_told_from_inventions(string fact, bool isListed)
    {
        Assert.Equal(isListed, TerminalGui.IsListed(fact));
    }

    [Fact]
    public void Every_kind_of_member_is_described_as_the_listings_write_it()
    {
        const string own = "StandinSurfaceTests.Sample<T>";
        Assert.Equal(
            [
                $"{own} :: class",
                $"{own}.First : T {{ protected get }}",
                $"{own}.Limit : static const int! = 7",
                $"{own}.Pick<U>(ref int! at,params object[] rest) : protected virtual U where U,class",
                $"{own}.Width : int? {{ get }}",
                $"{own}.Width : int? {{ protected set }}",
                $"{own}.ctor(T first,string second = default) protected",
            ],
            new LiteNetLibListing().Describe(typeof(Sample<>)).Order(StringComparer.Ordinal));
        Assert.Equal(
            [
                "public int? Width { get }",
                "protected ctor(T first, string second = null/default)",
                "protected virtual U Pick<U>(ref int! at, params object[] rest)",
            ],
            from fact in new TerminalGuiListing().Describe(typeof(Sample<>))
            where fact.Contains("Width { get }") || fact.Contains('(')
            orderby fact.Length
            select fact[(fact.LastIndexOf("::", StringComparison.Ordinal) + 3)..]);
    }

    private static string[] Listing(string file) => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Surface", file));

    /// <summary>One of each kind of member.</summary>
    public class Sample<T>
    {
        public const int Limit = 7;

        protected Sample(T first, string? second = null) => First = second is null ? first : default!;

        public int? Width { get; protected set; }

        internal int Hidden { get; set; }

        protected T First { get; }

        protected virtual U? Pick<U>(ref int at, params object[] rest)
            where U : class => rest[at] as U;
    }
}
