using LanChat.Core;
using LanChat.Pipe;

namespace LanChat.App.Tests.Commands;

/// <summary>The commands of <c>pipe</c>, by the contract's names.</summary>
public sealed class JsonCommandTests
{
    private static readonly string Id = new('a', 64);

    [Fact]
    public void Every_command_of_the_contract_is_understood()
    {
        AssertIs<SendCommand>("""{"do":"send","room":"#ops","text":"hi","ref":"1"}""", c => c is { Room: "#ops", Text: "hi", Ref: "1", IsAction: false });
        AssertIs<SendCommand>("""{"do":"me","room":"#ops","text":"waves"}""", c => c.IsAction);
        AssertIs<DirectCommand>("""{"do":"dm","to":"ana","text":"hi"}""", c => c is { To: "ana", Text: "hi", Ref: null });
        AssertIs<JoinCommand>("""{"do":"join","room":"ops","passphrase":"correct horse"}""", c => c.Passphrase == "correct horse");
        AssertIs<PartCommand>("""{"do":"part","room":"ops"}""", c => c.Room == "ops");
        AssertIs<ForgetCommand>("""{"do":"forget","room":"ops"}""", c => c.Room == "ops");
        AssertIs<CreateCommand>("""{"do":"create","room":"ops","private":true,"topic":"t"}""", c => c is { IsPrivate: true, Topic: "t", Passphrase: null });
        AssertIs<InviteCommand>("""{"do":"invite","link":"lanchat:x"}""", c => c.Link == "lanchat:x");
        AssertIs<RemoveCommand>("""{"do":"remove","room":"ops"}""", c => c.Room == "ops");
        AssertIs<TopicCommand>("""{"do":"topic","room":"ops","text":"now"}""", c => c.Text == "now");
        AssertIs<NickCommand>("""{"do":"nick","nick":"bruno"}""", c => c.Nick == "bruno");
        AssertIs<EditCommand>($$"""{"do":"edit","id":"{{Id}}","text":"better"}""", c => c.Id.ToString() == Id && c.Text == "better");
        AssertIs<DeleteCommand>($$"""{"do":"delete","id":"{{Id}}"}""", c => c.Id.ToString() == Id);
        AssertIs<ReactCommand>($$"""{"do":"react","id":"{{Id}}","emoji":"👍"}""", c => c.Emoji == "👍");
        AssertIs<MuteCommand>("""{"do":"mute","peer":"ana"}""", c => c.IsMuted);
        AssertIs<MuteCommand>("""{"do":"unmute","peer":"ana"}""", c => !c.IsMuted);
        AssertIs<RoomsQuery>("""{"do":"rooms"}""", _ => true);
        AssertIs<PeersQuery>("""{"do":"peers"}""", _ => true);
        AssertIs<MembersQuery>("""{"do":"members","room":"ops"}""", c => c.Room == "ops");
        AssertIs<TranscriptQuery>("""{"do":"transcript","room":"ops","last":5}""", c => c.Last == 5);
        AssertIs<TranscriptQuery>("""{"do":"transcript","room":"ops"}""", c => c.Last is null);
        AssertIs<FaultCommand>("""{"do":"fault","loss":30}""", c => c.LossPercent == 30);
        AssertIs<QuitCommand>("""{"do":"quit"}""", _ => true);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"do":"dance"}""")]
    [InlineData("""{"do":7}""")]
    [InlineData("""{"do":"send","room":"#ops"}""")]
    [InlineData("""{"do":"send","room":"#ops","text":7}""")]
    [InlineData("""{"do":"send","room":"#ops","text":"\ud800"}""")]
    [InlineData("""{"do":"edit","id":"short","text":"x"}""")]
    [InlineData("""{"do":"create","room":"ops","private":"yes"}""")]
    [InlineData("""{"do":"transcript","room":"ops","last":-1}""")]
    [InlineData("""{"do":"fault","loss":101}""")]
    [InlineData("""{"\ud800":1,"do":"quit"}""")]
    public void What_is_wrong_gets_a_sentence(string line)
    {
        Assert.False(JsonCommands.TryParse(line, out var command, out _, out var problem));
        Assert.Null(command);
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }

    private static void AssertIs<T>(string line, Func<T, bool> condition)
        where T : ChatCommand
    {
        Assert.True(JsonCommands.TryParse(line, out var command, out _, out var problem), problem);
        Assert.True(condition(Assert.IsType<T>(command)), line);
    }
}
