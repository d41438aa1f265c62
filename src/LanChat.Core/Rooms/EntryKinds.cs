using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>The kinds of entries as the index keeps them (PROTOCOL.md, section 7), and what a user interface calls them.</summary>
internal static class EntryKinds
{
    public const int Unreadable = -1;
    public const int Text = 1;
    public const int Action = 2;
    public const int Edit = 3;
    public const int Delete = 4;
    public const int Reaction = 5;
    public const int Topic = 6;
    public const int RoomCreated = 7;
    public const int RoomClosed = 8;
    public const int Relay = 9;
    public const int FileOffer = 10;

    public static int Of(EntryBody body) => body switch
    {
        TextBody => Text,
        ActionBody => Action,
        EditBody => Edit,
        DeleteBody => Delete,
        ReactionBody => Reaction,
        TopicBody => Topic,
        RoomCreatedBody => RoomCreated,
        RoomClosedBody => RoomClosed,
        RelayBody => Relay,
        FileOfferBody => FileOffer,
        UnknownBody unknown => unknown.Kind,
        _ => Unreadable,
    };

    /// <summary>What a person said.</summary>
    public static bool IsMessage(int kind) => kind is Text or Action;

    /// <summary>Whether a timeline has a line for it; edits, deletes and reactions change other lines.</summary>
    public static bool HasPlaceInTimeline(int kind) => kind is not (Unreadable or Edit or Delete or Reaction);

    /// <summary>Whether it has to be opened to know what the room looks like.</summary>
    public static bool HasMeaning(int kind) => kind is >= Edit and <= Relay;

    /// <summary>The word in <see cref="MessageView.Kind"/>.</summary>
    public static string Word(int kind) => kind switch
    {
        Text => "text",
        Action => "me",
        Topic => "topic",
        RoomCreated => "created",
        RoomClosed => "closed",
        Relay => "relay",
        FileOffer => "file",
        Unreadable => "unreadable",
        _ => "unknown",
    };
}
