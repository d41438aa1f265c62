namespace LanChat.Protocol.Tests;

/// <summary>Names, keys, invites and fingerprints.</summary>
public sealed class RoomTests
{
    private readonly P256Cryptography _crypto = new();
    private readonly SeededRandomSource _random = new(3);

    [Theory]
    [InlineData("lobby", "lobby")]
    [InlineData("#Lobby", "lobby")]
    [InlineData("ＬＯＢＢＹ", "lobby")]
    [InlineData("STRASSE", "strasse")]
    [InlineData("Straße", "straße")]
    [InlineData("A\u030Angstro\u0308m", "\u00E5ngstr\u00F6m")]
    [InlineData("ﬁne.v2_x-y", "fine.v2_x-y")]
    [InlineData("ΑΘΗΝΑ", "αθηνα")]
    [InlineData("हिन्दी", "हिन्दी")]
    [InlineData("チャット", "チャット")]
    public void A_room_name_folds(string name, string folded)
    {
        Assert.True(RoomNames.TryFold(name, out var actual, out _));
        Assert.Equal(folded, actual);
        Assert.True(RoomNames.TryFold(actual, out var again, out _));
        Assert.Equal(actual, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("#")]
    [InlineData("##lobby")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\u200Bb")]
    [InlineData("\u0301a")]
    [InlineData("👍")]
    [InlineData("a\u0378")]
    [InlineData("\uD800")]
    [InlineData("\uFDFA\uFDFA")]
    [InlineData("abcdefghijklmnopqrstuvwxyz1234567")]
    public void A_room_name_is_refused_with_a_sentence(string name)
    {
        Assert.False(RoomNames.TryFold(name, out _, out var problem));
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" lan")]
    [InlineData("a\tb")]
    public void A_network_name_is_refused_with_a_sentence(string name)
    {
        Assert.False(Networks.IsValid(name, out var problem));
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_name_has_its_limit()
    {
        Assert.True(Networks.IsValid(new string('n', Limits.MaxNetworkLength), out _));
        Assert.False(Networks.IsValid(new string('n', Limits.MaxNetworkLength + 1), out _));
        Assert.False(Networks.IsValid("\uD800", out _));
    }

    [Fact]
    public void This_platform_normalizes() => Assert.Null(RoomNames.SelfCheck());

    [Theory]
    [InlineData("ana", true)]
    [InlineData("Ana Lü 👩‍👩‍👧", true)]
    [InlineData("", false)]
    [InlineData(" ana", false)]
    [InlineData("ana\u00A0", false)]
    [InlineData("#ana", false)]
    [InlineData("@ana", false)]
    [InlineData("/ana", false)]
    [InlineData("a\na", false)]
    [InlineData("abcdefghijklmnopqrstuvwxyz123456", true)]
    [InlineData("abcdefghijklmnopqrstuvwxyz1234567", false)]
    public void A_nickname_keeps_its_rule(string nick, bool isValid)
    {
        Assert.Equal(isValid, Nicknames.IsValid(nick, out var problem));
        Assert.Equal(isValid, problem is null);
    }

    [Fact]
    public void One_endless_grapheme_is_no_nickname() => Assert.False(Nicknames.IsValid("a" + new string('\u0301', 600), out _));

    [Fact]
    public void A_text_may_have_16_KiB_and_not_one_byte_more()
    {
        Assert.True(Texts.IsValid(new string('ä', Limits.MaxTextBytes / 2), out _));
        Assert.False(Texts.IsValid(new string('ä', Limits.MaxTextBytes / 2) + "a", out _));
        Assert.False(Texts.IsValid("a\uDC00", out _));
    }

    [Fact]
    public void Who_knows_network_and_name_has_the_room_and_nobody_else_has()
    {
        var lobby = RoomSecret.Public(_crypto, "lan", "lobby");
        Assert.Equal(lobby.Id, RoomSecret.Public(_crypto, "LAN", "#LOBBY").Id);
        Assert.NotEqual(lobby.Id, RoomSecret.Public(_crypto, "lan2", "lobby").Id);
        Assert.NotEqual(lobby.Id, RoomSecret.Public(_crypto, "lan", "lobby2").Id);
        Assert.NotEqual(RoomSecret.Public(_crypto, "a", "bc").Id, RoomSecret.Public(_crypto, "ab", "c").Id);
    }

    [Fact]
    public void Two_people_come_to_the_same_direct_room()
    {
        var (ana, bruno, carla) = (Profile(out var a), Profile(out var b), Profile(out _));
        Assert.Equal(RoomSecret.Direct(_crypto, a, bruno).Id, RoomSecret.Direct(_crypto, b, ana).Id);
        Assert.NotEqual(RoomSecret.Direct(_crypto, a, bruno).Id, RoomSecret.Direct(_crypto, a, carla).Id);
        Assert.Equal(bruno.Id.ToString(), RoomSecret.Direct(_crypto, a, bruno).Name);
    }

    [Fact]
    public void A_private_room_is_not_the_same_with_another_creator()
    {
        var ana = Profile(out _).Id;
        var room = RoomSecret.NewPrivate(_crypto, _random, "lan", "ops", ana);
        Assert.NotEqual(room.Id, RoomSecret.FromKey(_crypto, RoomKind.Private, room.Key.Span, "lan", "ops", Profile(out _).Id).Id);
        Assert.Throws<ArgumentException>(() => RoomSecret.FromKey(_crypto, RoomKind.Private, room.Key.Span, "lan", "ops", PeerId.None));
        Assert.Throws<ArgumentException>(() => RoomSecret.FromKey(_crypto, RoomKind.Public, room.Key.Span, "lan", "ops", ana));
    }

    [Fact]
    public void A_member_proves_itself_on_one_link_only()
    {
        var room = RoomSecret.NewPrivate(_crypto, _random, "lan", "ops", Profile(out _).Id);
        var (link, otherLink) = (_random.Bytes(32), _random.Bytes(32));
        var proof = room.Prove(_crypto, link);
        bool Holds(RoomId id, PeerId creator, byte[] hash) =>
            RoomSecret.VerifyProof(_crypto, id, room.SigningPublicKey.Span, creator, hash, proof);
        Assert.True(Holds(room.Id, room.Creator, link));
        Assert.False(Holds(room.Id, room.Creator, otherLink));
        Assert.False(Holds(room.Id, PeerId.None, link));
        Assert.False(Holds(new RoomId(1), room.Creator, link));
        Assert.NotEqual(room.MemberTag(link), room.MemberTag(otherLink));
    }

    [Theory]
    [InlineData("four blue herons sing", true)]
    [InlineData("short", false)]
    [InlineData("aaaaaaaaaaaaaaaa", false)]
    [InlineData("abababababababab", false)]
    [InlineData("abcdefghijklmnop", false)]
    [InlineData("123456789012", false)]
    [InlineData("operations-operations", false)]
    public void A_weak_passphrase_is_refused_with_a_sentence(string passphrase, bool isStrong)
    {
        Assert.Equal(isStrong, Passphrases.IsStrong("#operations", passphrase, out var problem));
        Assert.Equal(isStrong, problem is null);
        Assert.Equal(isStrong || passphrase.StartsWith("operations", StringComparison.Ordinal), Passphrases.IsStrong("#", passphrase, out _));
        if (!isStrong) Assert.Throws<ArgumentException>(() => Passphrases.DeriveKey("lan", "operations", passphrase));
    }

    [Fact]
    public void An_invite_leads_to_the_room_it_was_made_for()
    {
        var room = RoomSecret.NewPrivate(_crypto, _random, "lan", "Ops", Profile(out _).Id);
        var invite = Invite.To(room, null);
        Assert.True(Invite.TryParse($"  {invite}\n", out var read, out _));
        Assert.Equal(room.Id, read.Open(_crypto).Id);
        Assert.Equal(("Ops", "lan", null), (read.Name, read.Network, read.Relay));
        Assert.Throws<ArgumentException>(() => Invite.To(RoomSecret.Public(_crypto, "lan", "lobby"), null));
    }

    [Fact]
    public void An_invite_that_lost_or_changed_a_character_is_refused()
    {
        var link = Specification.Text("invite");
        for (var i = 0; i < link.Length; i++)
        {
            Assert.False(Invite.TryParse(link.Remove(i, 1), out _, out var lost));
            Assert.NotEmpty(lost);
            if (i >= Invite.Scheme.Length)
                Assert.False(Invite.TryParse(link[..i] + (link[i] == 'A' ? 'B' : 'A') + link[(i + 1)..], out _, out _));
        }
        Assert.False(Invite.TryParse(null, out _, out _));
        Assert.False(Invite.TryParse("https://example.org", out _, out _));
        Assert.False(Invite.TryParse(Invite.Scheme + new string('A', Limits.MaxInviteLength), out _, out _));
    }

    [Fact]
    public void A_fingerprint_matches_however_it_is_typed()
    {
        var id = Profile(out _).Id;
        Assert.True(Fingerprint.Matches(Fingerprint.Digits(id), id));
        Assert.True(Fingerprint.Matches(Fingerprint.Digits(id).Replace(" ", "", StringComparison.Ordinal), id));
        Assert.True(Fingerprint.Matches(Fingerprint.Digits(id).Replace(' ', '-'), id));
        Assert.True(Fingerprint.Matches(id.ToString(), id));
        Assert.False(Fingerprint.Matches(Fingerprint.Digits(id)[1..], id));
        Assert.False(Fingerprint.Matches(Fingerprint.Digits(new PeerId(id.Value + 1)), id));
        Assert.False(Fingerprint.Matches("", id));
    }

    [Fact]
    public void The_word_list_has_2048_different_words_in_order()
    {
        var words = Enumerable.Range(0, WordList.Count).Select(WordList.At).ToList();
        Assert.Equal(words.Distinct().Order(StringComparer.Ordinal), words);
        Assert.All(words, word => Assert.Matches("^[a-z]{3,6}$", word));
        Assert.Throws<IndexOutOfRangeException>(() => WordList.At(WordList.Count));
    }

    [Fact]
    public void A_summary_does_not_depend_on_the_order_of_lines_nor_on_floors()
    {
        DigestLine Line(int author, int floor, int last) => new(new PeerId((UInt128)author), floor, [new SeqRange(1, last)], 5);
        var stamp = new StampHead(new PeerId(1), new Epoch(1, 1), 1, EntryHash.None);
        var summary = SummaryHash.Compute([Line(1, 1, 5), Line(2, 1, 5)], [stamp]);
        Assert.Equal(summary, SummaryHash.Compute([Line(2, 4, 5), Line(1, 1, 5)], [stamp]));
        Assert.NotEqual(summary, SummaryHash.Compute([Line(1, 1, 5), Line(2, 1, 6)], [stamp]));
        Assert.NotEqual(summary, SummaryHash.Compute([Line(1, 1, 5), Line(2, 1, 5)], []));
    }

    [Fact]
    public void A_cookie_is_good_for_its_address_for_a_minute_or_two()
    {
        var cookies = new AddressCookies(_random);
        var address = System.Net.IPEndPoint.Parse("10.0.0.7:44042");
        var at = TimeSpan.FromMinutes(10.5);
        var cookie = cookies.Make(address, at);
        Assert.True(cookies.IsValid(cookie, address, at));
        Assert.True(cookies.IsValid(cookie, System.Net.IPEndPoint.Parse("[::ffff:10.0.0.7]:44042"), at + TimeSpan.FromMinutes(1)));
        Assert.False(cookies.IsValid(cookie, address, at + TimeSpan.FromMinutes(2)));
        Assert.False(cookies.IsValid(cookie, System.Net.IPEndPoint.Parse("10.0.0.7:44043"), at));
        Assert.False(cookies.IsValid(cookie, System.Net.IPEndPoint.Parse("10.0.0.8:44042"), at));
        Assert.False(cookies.IsValid([], address, at));
        Assert.False(new AddressCookies(_random).IsValid(cookie, address, at));
    }

    private Profile Profile(out PeerIdentity identity)
    {
        identity = PeerIdentity.Create(_crypto, _random);
        return Protocol.Profile.Create(_crypto, identity, "someone", 1);
    }
}
