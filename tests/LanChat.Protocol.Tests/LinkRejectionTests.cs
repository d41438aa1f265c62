using static LanChat.Protocol.Tests.Packer;

namespace LanChat.Protocol.Tests;

/// <summary>
/// What is refused before there is a link: beacons, connection requests, refusals, handshake payloads and profiles, one case per rule.
/// </summary>
public sealed class LinkRejectionTests
{
    private static readonly byte[] Id = Samples.Sequence(1, 16);
    private static readonly byte[] Point = new KeyedHashCryptography().PublicKey(Samples.Sequence(1, 32));
    private static readonly object?[] GoodBeacon = ["LanChat", 1, 0, Id, new byte[] { 0xAC, 0x0A }, Id, Id, 0, Id];
    private static readonly object?[] GoodRepeated = ["LanChat", 1, 3, new byte[] { 192, 0, 2, 7 }, 0, new byte[88]];
    private static readonly object?[] GoodRequest = ["LanChat", 1, Id, Point];
    private static readonly object?[] GoodRefusal = ["LanChat", 1, 0, Id];
    private static readonly object?[] GoodPayload = [new byte[8], Id, "token"];

    public static TheoryData<RejectionCase> Beacons =>
    [
        RejectionCase.Of("none", Rejection.None, GoodBeacon),
        RejectionCase.Of("flags to come", Rejection.None, With(GoodBeacon, 7, 0x7E)),
        RejectionCase.Of("magic", Rejection.WrongMagic, With(GoodBeacon, 0, "LANChat")),
        RejectionCase.Of("magic of another length", Rejection.TooLong, With(GoodBeacon, 0, "LanChatter")),
        RejectionCase.Of("version", Rejection.WrongVersion, With(GoodBeacon, 1, 2)),
        RejectionCase.Of("a later version with more fields", Rejection.WrongVersion, Array([.. With(GoodBeacon, 1, 2), 5])),
        RejectionCase.Of("more fields", Rejection.WrongShape, Array([.. GoodBeacon, 5])),
        RejectionCase.Of("kind", Rejection.UnknownKind, With(GoodBeacon, 2, 3)),
        RejectionCase.Of("id", Rejection.WrongShape, With(GoodBeacon, 3, new byte[15])),
        RejectionCase.Of("port", Rejection.OutOfRange, With(GoodBeacon, 4, new byte[2])),
        RejectionCase.Of("port as a number", Rejection.WrongShape, With(GoodBeacon, 4, 44042)),
        RejectionCase.Of("flags", Rejection.OutOfRange, With(GoodBeacon, 7, 128)),
        RejectionCase.Of("no array", Rejection.WrongShape, "LanChat"),
        RejectionCase.Raw("empty", Rejection.Truncated, []),
        RejectionCase.Raw("cut", Rejection.Truncated, Pack(GoodBeacon)[..^1]),
        RejectionCase.Raw("trailing", Rejection.TrailingBytes, [.. Pack(GoodBeacon), 0]),
        RejectionCase.Raw("long", Rejection.TooLong, new byte[Limits.MaxBeaconBytes + 1]),
    ];

    public static TheoryData<RejectionCase> RepeatedBeacons =>
    [
        RejectionCase.Of("none", Rejection.None, GoodRepeated),
        RejectionCase.Of("a link-local sender", Rejection.None, With(With(GoodRepeated, 3, new byte[] { 0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9 }), 4, 3)),
        RejectionCase.Of("magic", Rejection.WrongMagic, With(GoodRepeated, 0, "LANChat")),
        RejectionCase.Of("version", Rejection.WrongVersion, With(GoodRepeated, 1, 2)),
        RejectionCase.Of("kind", Rejection.UnknownKind, With(GoodRepeated, 2, 0)),
        RejectionCase.Of("address", Rejection.WrongShape, With(GoodRepeated, 3, new byte[5])),
        RejectionCase.Of("scope", Rejection.OutOfRange, With(GoodRepeated, 4, 1L << 32)),
        RejectionCase.Of("beacon", Rejection.TooLong, With(GoodRepeated, 5, new byte[89])),
        RejectionCase.Of("fields", Rejection.WrongShape, GoodBeacon),
        RejectionCase.Raw("trailing", Rejection.TrailingBytes, [.. Pack(GoodRepeated), 0]),
        RejectionCase.Raw("cut", Rejection.Truncated, Pack(GoodRepeated)[..^1]),
        RejectionCase.Raw("long", Rejection.TooLong, new byte[Limits.MaxBeaconBytes + 1]),
    ];

    public static TheoryData<RejectionCase> Requests =>
    [
        RejectionCase.Of("none", Rejection.None, GoodRequest),
        RejectionCase.Of("without a cookie", Rejection.None, With(GoodRequest, 2, System.Array.Empty<byte>())),
        RejectionCase.Of("cookie", Rejection.WrongShape, With(GoodRequest, 2, new byte[15])),
        RejectionCase.Of("longer cookie", Rejection.TooLong, With(GoodRequest, 2, new byte[17])),
        RejectionCase.Of("noise", Rejection.WrongShape, With(GoodRequest, 3, new byte[64])),
        RejectionCase.Of("magic", Rejection.WrongMagic, With(GoodRequest, 0, "lanchat")),
        RejectionCase.Of("version", Rejection.WrongVersion, With(GoodRequest, 1, 0)),
        RejectionCase.Raw("trailing", Rejection.TrailingBytes, [.. Pack(GoodRequest), 0]),
        RejectionCase.Raw("long", Rejection.TooLong, new byte[Limits.MaxConnectBytes + 1]),
    ];

    public static TheoryData<RejectionCase> Refusals =>
    [
        RejectionCase.Of("none", Rejection.None, GoodRefusal),
        RejectionCase.Of("a reason to come", Rejection.None, Array("LanChat", 1, 99, System.Array.Empty<byte>())),
        RejectionCase.Of("another version", Rejection.None, Array("LanChat", 7, 2, System.Array.Empty<byte>())),
        RejectionCase.Of("retry without a cookie", Rejection.WrongShape, Array("LanChat", 1, 0, System.Array.Empty<byte>())),
        RejectionCase.Of("a cookie for nothing", Rejection.WrongShape, With(GoodRefusal, 2, 3)),
        RejectionCase.Of("reason", Rejection.OutOfRange, With(GoodRefusal, 2, 256)),
        RejectionCase.Of("magic", Rejection.WrongMagic, With(GoodRefusal, 0, "x")),
        RejectionCase.Of("fields", Rejection.WrongShape, Array("LanChat", 1, 0)),
        RejectionCase.Raw("long", Rejection.TooLong, new byte[Limits.MaxConnectBytes + 1]),
    ];

    public static TheoryData<RejectionCase> Payloads =>
    [
        RejectionCase.Of("none", Rejection.None, GoodPayload),
        RejectionCase.Of("profile", Rejection.TooLong, With(GoodPayload, 0, new byte[Limits.MaxProfileBytes + 1])),
        RejectionCase.Of("nonce", Rejection.WrongShape, With(GoodPayload, 1, new byte[17])),
        RejectionCase.Of("token", Rejection.TooLong, With(GoodPayload, 2, new string('t', Limits.MaxTokenBytes + 1))),
        RejectionCase.Of("token in bad UTF-8", Rejection.BadText, With(GoodPayload, 2, new Raw(0xA2, 0xC3, 0x28))),
        RejectionCase.Of("token as bytes", Rejection.WrongShape, With(GoodPayload, 2, new byte[3])),
        RejectionCase.Of("length not shortest", Rejection.NotShortest, With(GoodPayload, 2, new Raw(0xD9, 0x01, 0x41))),
        RejectionCase.Raw("array not shortest", Rejection.NotShortest, [0xDC, 0x00, 0x03, .. Pack(GoodPayload)[1..]]),
        RejectionCase.Raw("a huge array", Rejection.Truncated, [0xDD, 0x7F, 0xFF, 0xFF, 0xFF, 0x00]),
    ];

    public static TheoryData<RejectionCase> Profiles =>
    [
        RejectionCase.Raw("none", Rejection.None, SignedProfile(GoodProfile())),
        RejectionCase.Raw("long", Rejection.TooLong, new byte[Limits.MaxProfileBytes + 1]),
        RejectionCase.Raw("key off the curve", Rejection.BadKey, SignedProfile(With(GoodProfile(), 0, Samples.Sequence(4, 65)))),
        RejectionCase.Raw("agreement key off the curve", Rejection.BadKey, SignedProfile(With(GoodProfile(), 1, Samples.Sequence(4, 65)))),
        RejectionCase.Raw("short key", Rejection.WrongShape, SignedProfile(With(GoodProfile(), 0, new byte[33]))),
        RejectionCase.Raw("nickname", Rejection.BadText, SignedProfile(With(GoodProfile(), 2, "#ana"))),
        RejectionCase.Raw("nickname of many graphemes", Rejection.BadText, SignedProfile(With(GoodProfile(), 2, new string('n', Limits.MaxNickGraphemes + 1)))),
        RejectionCase.Raw("long nickname", Rejection.TooLong,
            SignedProfile(With(GoodProfile(), 2, new string('a', Limits.MaxNickBytes + 1)))),
        RejectionCase.Raw("negative version", Rejection.OutOfRange, SignedProfile(With(GoodProfile(), 3, new Raw(0xFF)))),
        RejectionCase.Raw("version", Rejection.OutOfRange, SignedProfile(With(GoodProfile(), 3, Limits.MaxProfileVersion + 1))),
        RejectionCase.Raw("version not shortest", Rejection.NotShortest, SignedProfile(With(GoodProfile(), 3, new Raw(0xCC, 0x01)))),
        RejectionCase.Raw("version as a float", Rejection.WrongShape, SignedProfile(With(GoodProfile(), 3, new Raw(0xCA, 0, 0, 0, 0)))),
        RejectionCase.Raw("more fields", Rejection.WrongShape, SignedProfile([.. GoodProfile(), 1])),
        RejectionCase.Raw("trailing inside", Rejection.TrailingBytes, SignedProfile(GoodProfile(), trailing: 0)),
        RejectionCase.Raw("domain", Rejection.WrongMagic, SignedProfile(GoodProfile(), domain: "LanChat/1 entry")),
        RejectionCase.Raw("signature", Rejection.BadSignature, SignedProfile(GoodProfile(), break64: 1)),
        RejectionCase.Raw("short signature", Rejection.WrongShape, Pack(Array("LanChat/1 profile"u8.ToArray(), new byte[63]))),
    ];

    [Theory]
    [MemberData(nameof(Beacons))]
    public void A_beacon_is_refused_for(RejectionCase refused)
    {
        Assert.Equal(refused.Expected == Rejection.None, Beacon.TryDecode(refused.Input, out _, out var rejection));
        Assert.Equal(refused.Expected, rejection);
    }

    [Theory]
    [MemberData(nameof(RepeatedBeacons))]
    public void A_repeated_beacon_is_refused_for(RejectionCase refused)
    {
        Assert.Equal(refused.Expected == Rejection.None, RepeatedBeacon.TryDecode(refused.Input, out _, out var rejection));
        Assert.Equal(refused.Expected, rejection);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_connection_request_is_refused_for(RejectionCase refused)
    {
        Assert.Equal(refused.Expected == Rejection.None, ConnectRequestPayload.TryDecode(refused.Input, out _, out var rejection));
        Assert.Equal(refused.Expected, rejection);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_refusal_is_refused_for(RejectionCase refused)
    {
        Assert.Equal(refused.Expected == Rejection.None, RefusalPayload.TryDecode(refused.Input, out _, out var rejection));
        Assert.Equal(refused.Expected, rejection);
    }

    [Theory]
    [MemberData(nameof(Payloads))]
    public void A_handshake_payload_is_refused_for(RejectionCase refused)
    {
        Assert.Equal(refused.Expected == Rejection.None, HandshakePayload.TryDecode(refused.Input, out _, out var rejection));
        Assert.Equal(refused.Expected, rejection);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_profile_is_refused_for(RejectionCase refused)
    {
        Assert.Equal(refused.Expected == Rejection.None, Profile.TryDecode(refused.Input, new KeyedHashCryptography(), out _,
            out var rejection));
        Assert.Equal(refused.Expected, rejection);
    }

    [Fact]
    public void A_refusal_tells_the_refusers_version_and_keeps_reasons_to_come_apart()
    {
        Assert.True(RefusalPayload.TryDecode(Pack(Array("LanChat", 7, 2, System.Array.Empty<byte>())), out var newer, out _));
        Assert.Equal((RefusalReason.WrongVersion, 7), (newer.Reason, newer.Version));
        Assert.True(RefusalPayload.TryDecode(Pack(Array("LanChat", 1, 99, System.Array.Empty<byte>())), out var unknown, out _));
        Assert.Equal(RefusalReason.Other, unknown.Reason);
    }

    private static object?[] GoodProfile() => [Point, Point, "ana", 1];

    private static byte[] SignedProfile(object?[] fields, string domain = "LanChat/1 profile", int break64 = 0, int? trailing = null)
    {
        byte[] signed = [.. System.Text.Encoding.UTF8.GetBytes(domain), .. Pack(fields)];
        if (trailing is { } last) signed = [.. signed, (byte)last];
        var signature = new KeyedHashCryptography().Sign(Samples.Sequence(1, 32), signed);
        signature[63] ^= (byte)break64;
        return Pack(Array(signed, signature));
    }

    private static object?[] With(object?[] items, int index, object? item)
    {
        object?[] changed = [.. items];
        changed[index] = item;
        return changed;
    }
}
