using System.Text;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>What is sealed inside an entry: [kind, fields …]. An unknown kind may have any fields.</summary>
public static class EntryBodyCodec
{
    private const int Text = 1;
    private const int Action = 2;
    private const int Edit = 3;
    private const int Delete = 4;
    private const int Reaction = 5;
    private const int Topic = 6;
    private const int RoomCreated = 7;
    private const int RoomClosed = 8;
    private const int Relay = 9;
    private const int FileOffer = 10;

    /// <summary>The body's bytes.</summary>
    /// <exception cref="ArgumentException">The body breaks a rule that every reader would refuse it for, or cannot be written.</exception>
    public static byte[] Encode(EntryBody body)
    {
        var buffer = Wire.NewBuffer();
        var writer = new MessagePackWriter(buffer);
        switch (body)
        {
            case TextBody text:
                Head(ref writer, Text, 2);
                writer.Write(Checked(text.Text));
                writer.Write(text.Rewritten);
                break;
            case ActionBody action:
                Head(ref writer, Action, 2);
                writer.Write(Checked(action.Text));
                writer.Write(action.Rewritten);
                break;
            case EditBody edit:
                Head(ref writer, Edit, 2);
                writer.WriteHash(edit.Target);
                writer.Write(Checked(edit.Text));
                break;
            case DeleteBody delete:
                Head(ref writer, Delete, 1);
                writer.WriteHash(delete.Target);
                break;
            case ReactionBody reaction:
                Head(ref writer, Reaction, 3);
                writer.WriteHash(reaction.Target);
                writer.Write(CheckedEmoji(reaction.Emoji));
                writer.Write(reaction.Removed);
                break;
            case TopicBody topic:
                Head(ref writer, Topic, 1);
                writer.Write(CheckedTopic(topic.Text));
                break;
            default:
                WriteRare(ref writer, body);
                break;
        }
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Reads a body: <see cref="UnknownBody"/> for a kind of a newer version, <see cref="UnreadableBody"/> for one that breaks a rule.
    /// </summary>
    public static EntryBody Decode(ReadOnlyMemory<byte> encoded)
    {
        var reader = new WireReader(encoded);
        var count = reader.AnyArray(int.MaxValue) - 1;
        reader.Require(count >= 0, Rejection.WrongShape);
        var kind = reader.Int(0, int.MaxValue);
        if (reader.IsOk && FieldCount(kind) is var fields && fields >= 0) reader.Require(count == fields, Rejection.WrongShape);
        EntryBody? body = kind switch
        {
            Text => new TextBody(ReadText(ref reader), reader.Boolean()),
            Action => new ActionBody(ReadText(ref reader), reader.Boolean()),
            Edit => new EditBody(reader.Hash(), ReadText(ref reader)),
            Delete => new DeleteBody(reader.Hash()),
            Reaction => new ReactionBody(reader.Hash(), ReadEmoji(ref reader), reader.Boolean()),
            Topic => new TopicBody(ReadTopic(ref reader)),
            RoomCreated => new RoomCreatedBody(ReadName(ref reader), ReadTopic(ref reader), reader.RelayAddressOrNil()),
            RoomClosed => new RoomClosedBody(),
            Relay => new RelayBody(reader.RelayAddress()),
            FileOffer => new FileOfferBody(ReadFileName(ref reader), reader.Long(0, Limits.MaxFileBytes), reader.Hash()),
            _ => SkipUnknown(ref reader, kind, count),
        };
        return reader.Finish(out var rejection) ? body : new UnreadableBody(rejection);
    }

    private static int FieldCount(int kind) => kind switch
    {
        Text or Action or Edit => 2,
        Delete or Topic or Relay => 1,
        Reaction or RoomCreated or FileOffer => 3,
        RoomClosed => 0,
        _ => -1,
    };

    private static void Head(ref MessagePackWriter writer, int kind, int fields)
    {
        writer.WriteArrayHeader(fields + 1);
        writer.Write(kind);
    }

    private static void WriteRare(ref MessagePackWriter writer, EntryBody body)
    {
        switch (body)
        {
            case RoomCreatedBody created:
                Head(ref writer, RoomCreated, 3);
                writer.Write(CheckedName(created.Name));
                writer.Write(CheckedTopic(created.Topic));
                writer.WriteRelayAddress(created.Relay);
                break;
            case RoomClosedBody:
                Head(ref writer, RoomClosed, 0);
                break;
            case RelayBody relay:
                Head(ref writer, Relay, 1);
                writer.WriteRelayAddress(relay.Relay);
                break;
            case FileOfferBody offer when Texts.IsValidFileName(offer.Name) && offer.Length is >= 0 and <= Limits.MaxFileBytes:
                Head(ref writer, FileOffer, 3);
                writer.Write(offer.Name);
                writer.Write(offer.Length);
                writer.WriteHash(offer.Hash);
                break;
            default:
                throw new ArgumentException($"Nobody writes a body like this: {body.GetType().Name}.", nameof(body));
        }
    }

    private static string Checked(string text) =>
        Texts.IsValid(text, out var problem) ? text : throw new ArgumentException(problem, nameof(text));

    private static string CheckedEmoji(string emoji) =>
        Texts.IsValidEmoji(emoji, out var problem) ? emoji : throw new ArgumentException(problem, nameof(emoji));

    private static string CheckedName(string name) =>
        RoomNames.TryFold(name, out _, out var problem) ? name : throw new ArgumentException(problem, nameof(name));

    private static string CheckedTopic(string text) =>
        Texts.IsValidTopic(text, out var problem) ? text : throw new ArgumentException(problem, nameof(text));

    private static string ReadText(ref WireReader reader)
    {
        var text = reader.Text(Limits.MaxTextBytes);
        if (reader.IsOk) reader.Require(Texts.IsValid(text, out _), Rejection.BadText);
        return text;
    }

    private static string ReadTopic(ref WireReader reader)
    {
        var text = reader.Text(Limits.MaxTopicBytes);
        if (reader.IsOk) reader.Require(Texts.IsValidTopic(text, out _), Rejection.BadText);
        return text;
    }

    private static string ReadEmoji(ref WireReader reader)
    {
        var emoji = reader.Text(Limits.MaxEmojiBytes);
        if (reader.IsOk) reader.Require(Texts.IsValidEmoji(emoji, out _), Rejection.BadText);
        return emoji;
    }

    private static string ReadName(ref WireReader reader)
    {
        var name = reader.Text(4 * Limits.MaxRoomNameLength + 1);
        if (reader.IsOk) reader.Require(RoomNames.TryFold(name, out _, out _), Rejection.BadText);
        return name;
    }

    private static string ReadFileName(ref WireReader reader)
    {
        var name = reader.Text(Limits.MaxFileNameBytes);
        if (reader.IsOk) reader.Require(Texts.IsValidFileName(name), Rejection.BadText);
        return name;
    }

    private static UnknownBody SkipUnknown(ref WireReader reader, int kind, int count)
    {
        reader.Skip(count);
        return new UnknownBody(kind);
    }
}
