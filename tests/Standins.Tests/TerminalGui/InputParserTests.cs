#if !USE_NUGET_PACKAGES
using System.Text;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;

namespace LanChat.Standins.Tests.TerminalGui;

/// <summary>Bytes of a terminal as keys, mouse events and pastes.</summary>
public sealed class InputParserTests
{
    private readonly Queue<TerminalInput> _inputs = new();

    [Theory]
    [InlineData("a", "a")]
    [InlineData("A", "A")]
    [InlineData("é日", "é 日")]
    [InlineData("👍", "👍")]
    [InlineData("\r", "Enter")]
    [InlineData("\n", "Ctrl+Enter")]
    [InlineData("\t", "Tab")]
    [InlineData("\u007f", "Backspace")]
    [InlineData("\b", "Ctrl+Backspace")]
    [InlineData("\0", "Ctrl+Space")]
    [InlineData("\u0001", "Ctrl+A")]
    [InlineData("\u0011", "Ctrl+Q")]
    [InlineData("\e\r", "Ctrl+Alt+M")]
    [InlineData("\ea", "Alt+A")]
    [InlineData("\eA", "Alt+Shift+A")]
    [InlineData("\e1", "Alt+1")]
    [InlineData("\e\u007f", "Alt+Backspace")]
    [InlineData("\e[A", "CursorUp")]
    [InlineData("\e[1;3A", "Alt+CursorUp")]
    [InlineData("\e[1;5D", "Ctrl+CursorLeft")]
    [InlineData("\eOB", "CursorDown")]
    [InlineData("\e[H\e[F", "Home End")]
    [InlineData("\e[1~\e[4~\e[7~\e[8~", "Home End Home End")]
    [InlineData("\e[3~", "Delete")]
    [InlineData("\e[5~\e[6~", "PageUp PageDown")]
    [InlineData("\e[6;5~", "Ctrl+PageDown")]
    [InlineData("\eOP\eOS", "F1 F4")]
    [InlineData("\e[11~\e[15~\e[17~\e[24~", "F1 F5 F6 F12")]
    [InlineData("\e[1;2P", "Shift+F1")]
    [InlineData("\e[Z", "Shift+Tab")]
    [InlineData("\e[13;2u", "Shift+Enter")]
    [InlineData("\e[13;3u", "Alt+Enter")]
    [InlineData("\e[106;5u", "Ctrl+J")]
    [InlineData("\e[27u", "Esc")]
    [InlineData("\e[127;5u", "Ctrl+Backspace")]
    [InlineData("\e[27;5;13~", "Ctrl+Enter")]
    [InlineData("\e\e[A", "Esc CursorUp")]
    public void A_sequence_is_a_key(string sequence, string keys)
    {
        Assert.Equal(keys, Keys(Encoding.UTF8.GetBytes(sequence)));
    }

    [Theory]
    [InlineData("\e[?1;2c")]
    [InlineData("\e[24;80R")]
    [InlineData("\e[8;24;80t")]
    [InlineData("\e[57441u")]
    [InlineData("\e[99~")]
    [InlineData("\e[?2026;2$y")]
    [InlineData("\e[I\e[O")]
    [InlineData("\u0085")]
    public void What_is_no_key_is_dropped(string sequence)
    {
        Assert.Equal("x", Keys(Encoding.UTF8.GetBytes(sequence + "x")));
    }

    [Fact]
    public void Broken_utf8_is_dropped()
    {
        Assert.Equal("a b", Keys([(byte)'a', 0xFF, 0xC3, (byte)'b']));
    }

    [Fact]
    public void An_endless_sequence_is_dropped()
    {
        Assert.EndsWith("x", Keys(Encoding.ASCII.GetBytes("\e[" + new string('1', 500) + "~x")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_escape_waits_for_what_follows_it()
    {
        var parser = new InputParser(_inputs);
        parser.Feed("\e"u8);
        Assert.True(parser.IsWaiting);
        Assert.Empty(_inputs);
        parser.Flush();
        Assert.Equal(Key.Esc, Assert.Single(_inputs).Key);
        Assert.False(parser.IsWaiting);
    }

    [Theory]
    [InlineData("é日👍\e[1;5D\e[<0;5;6M\e[200~a\r\nb\e[201~z")]
    public void It_does_not_matter_where_the_reads_cut(string input)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(input);
        string whole = Describe(bytes, bytes.Length);
        Assert.Equal(whole, Describe(bytes, 1));
        Assert.Equal(whole, Describe(bytes, 3));
        Assert.Equal("é 日 👍 Ctrl+CursorLeft (4,5):LeftButtonPressed paste(a\nb) z", whole);
    }

    [Theory]
    [InlineData("\e[<0;1;1M", "(0,0):LeftButtonPressed")]
    [InlineData("\e[<0;300;200m", "(299,199):LeftButtonReleased")]
    [InlineData("\e[<2;3;4M", "(2,3):RightButtonPressed")]
    [InlineData("\e[<64;3;4M", "(2,3):WheeledUp")]
    [InlineData("\e[<65;3;4M", "(2,3):WheeledDown")]
    [InlineData("\e[<16;3;4M", "(2,3):LeftButtonPressed, Ctrl")]
    public void A_report_is_a_mouse_event(string report, string mouse)
    {
        Assert.Equal(mouse, Describe(Encoding.ASCII.GetBytes(report), 100));
    }

    [Theory]
    [InlineData("\e[<0;0;1M")]
    [InlineData("\e[<0;1M")]
    [InlineData("\e[<99999999999999;1;1M")]
    [InlineData("\e[<35;4;4M")]
    [InlineData("\e[<;;M")]
    public void A_senseless_report_is_dropped(string report)
    {
        Assert.Equal("x", Describe(Encoding.ASCII.GetBytes(report + "x"), 100)[^1..]);
        Assert.DoesNotContain("Pressed", Describe(Encoding.ASCII.GetBytes(report), 100), StringComparison.Ordinal);
    }

    [Fact]
    public void A_paste_is_bounded_and_keeps_escapes()
    {
        var parser = new InputParser(_inputs);
        parser.Feed(Encoding.UTF8.GetBytes("\e[200~a\e[31mb"));
        var chunk = new byte[1 << 16];
        Array.Fill(chunk, (byte)'c');
        for (int i = 0; i < 20; i++)
        {
            parser.Feed(chunk);
        }

        parser.Feed("\e[201~"u8);
        string text = Assert.Single(_inputs).Paste!;
        Assert.Equal(1 << 20, text.Length);
        Assert.StartsWith("a\e[31mbc", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Noise_never_throws()
    {
        var random = new Random(4711);
        var parser = new InputParser(_inputs);
        var bytes = new byte[64];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            for (int j = 0; j < bytes.Length; j++)
            {
                bytes[j] = random.Next(3) == 0 ? (byte)"\e[<;0123456789~Mmu OP"[random.Next(21)] : bytes[j];
            }

            parser.Feed(bytes.AsSpan(0, random.Next(64)));
            if (random.Next(5) == 0)
            {
                parser.Flush();
            }

            Assert.All(_inputs, input => Assert.True(input.Key is not null || input.Mouse is not null || input.Paste is not null));
            _inputs.Clear();
        }
    }

    private string Keys(byte[] bytes) => Describe(bytes, bytes.Length);

    private string Describe(byte[] bytes, int chunk)
    {
        var parser = new InputParser(_inputs);
        foreach (byte[] piece in bytes.Chunk(chunk))
        {
            parser.Feed(piece);
        }

        parser.Flush();
        string text = string.Join(' ', _inputs.Select(input => input.Key?.ToString() ?? input.Mouse?.ToString() ?? $"paste({input.Paste})"));
        _inputs.Clear();
        return text;
    }
}
#endif
