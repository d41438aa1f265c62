using LanChat.Client;
using LanChat.Core;

namespace LanChat.App.Tests.Commands;

/// <summary>What people type, on the screen and in <c>pipe</c> alike.</summary>
public sealed class SlashCommandTests
{
    private static readonly TypedWhere Lobby = new("#lobby");

    [Fact]
    public void Text_goes_to_the_current_room_as_it_is()
    {
        Assert.Equal(new TypedCommand(new SendCommand("#lobby", "olá, @bruno  ")), SlashCommands.Parse("olá, @bruno  ", Lobby));
        Assert.Equal(new TypedCommand(new SendCommand("#lobby", "/etc/hosts")), SlashCommands.Parse("//etc/hosts", Lobby));
    }

    [Fact]
    public void Commands_take_their_arguments()
    {
        Assert.Equal(new TypedCommand(new JoinCommand("#ops")), SlashCommands.Parse("/join #ops", Lobby));
        Assert.Equal(new TypedCommand(new JoinCommand("#ops", "correct horse")), SlashCommands.Parse("/join #ops correct horse", Lobby));
        Assert.Equal(new TypedCommand(new PartCommand("#lobby")), SlashCommands.Parse("/part", Lobby));
        Assert.Equal(new TypedCommand(new DirectCommand("ana", "hi there")), SlashCommands.Parse("/dm ana hi there", Lobby));
        Assert.Equal(new TypedCommand(new OpenDirectCommand("ana")), SlashCommands.Parse("/dm ana", Lobby));
        Assert.Equal(new TypedCommand(new SendCommand("#lobby", "waves", IsAction: true)), SlashCommands.Parse("/ME waves", Lobby));
        Assert.Equal(new TypedCommand(new CreateCommand("ops", true, null, "on call")), SlashCommands.Parse("/create ops private on call", Lobby));
        Assert.Equal(new TypedCommand(new QuitCommand()), SlashCommands.Parse("/quit", Lobby));
    }

    [Fact]
    public void An_unknown_command_is_answered_with_the_nearest_one()
    {
        var wrong = Assert.IsType<TypedWrong>(SlashCommands.Parse("/jion #ops", Lobby));
        Assert.Contains("/join", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/join")]
    [InlineData("/me")]
    [InlineData("/nick")]
    [InlineData("/edit new text")]
    [InlineData("/delete")]
    [InlineData("/react 👍")]
    public void What_lacks_something_gets_its_usage(string line) => Assert.Equal("usage", Assert.IsType<TypedWrong>(SlashCommands.Parse(line, Lobby)).Code);
}
