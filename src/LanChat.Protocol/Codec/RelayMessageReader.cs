using System.Collections.Immutable;

namespace LanChat.Protocol;

/// <summary>Reads the fields of a message between client and relay, after its kind.</summary>
internal static class RelayMessageReader
{
    /// <summary>Fields behind the kind; -1 for a kind that is not known.</summary>
    public static int FieldCount(int kind) => (RelayKind)kind switch
    {
        RelayKind.Unsubscribe or RelayKind.Introduce or RelayKind.ProfileRequest or RelayKind.ProfileUpdate or RelayKind.Bye => 1,
        RelayKind.ShowStamps or RelayKind.Receipt or RelayKind.ProfileAnswer or RelayKind.Introduction or RelayKind.Invited
            or RelayKind.Fetched or RelayKind.Want => 2,
        RelayKind.Publish or RelayKind.Digest or RelayKind.Forward or RelayKind.Notice => 3,
        RelayKind.Fetch or RelayKind.Member => 4,
        RelayKind.Subscribed or RelayKind.StampProof or RelayKind.Error => 5,
        RelayKind.Subscribe or RelayKind.Ordered => 6,
        _ => -1,
    };

    public static RelayMessage Read(ref WireReader reader, int kind) => kind < (int)RelayKind.ProfileAnswer
        ? ReadRequest(ref reader, (RelayKind)kind)
        : ReadAnswer(ref reader, (RelayKind)kind);

    private static RelayMessage ReadRequest(ref WireReader reader, RelayKind kind) => kind switch
    {
        RelayKind.Subscribe => new SubscribeMessage(
            reader.Room(), reader.Bytes(P256.PublicKeyBytes), reader.Peer(), reader.Bytes(P256.SignatureBytes), reader.Epoch(),
            reader.Long(0, Limits.MaxPlace)),
        RelayKind.Unsubscribe => new UnsubscribeMessage(reader.Room()),
        RelayKind.Publish => new PublishMessage(
            reader.Room(), reader.Blobs(Limits.MaxProfilesPerMessage, Limits.MaxProfileBytes),
            reader.Blobs(Limits.MaxEntriesPerMessage, Limits.MaxEntryBytes)),
        RelayKind.ShowStamps => new ShowStampsMessage(reader.Room(), ReadRuns(ref reader)),
        RelayKind.Digest => new RelayDigestMessage(reader.Room(), reader.DigestLines(), reader.Boolean()),
        RelayKind.Fetch =>
            new FetchMessage(reader.Room(), reader.Long(0, Limits.MaxPlace), reader.Boolean(), reader.Int(1, Limits.MaxFetchBytes)),
        RelayKind.Introduce => new IntroduceMessage(reader.Peer()),
        RelayKind.Forward => new ForwardMessage(
            reader.Peer(), (ForwardKind)reader.Int(0, (int)ForwardKind.Close), reader.Bytes(0, Limits.MaxForwardBytes)),
        RelayKind.ProfileRequest => new ProfileRequestMessage(reader.Peer()),
        RelayKind.ProfileUpdate => new ProfileUpdateMessage(reader.Bytes(1, Limits.MaxProfileBytes)),
        RelayKind.Receipt => new RelayReceiptMessage(reader.Room(), ReadReceipts(ref reader)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A kind with a field count has a reader."),
    };

    private static RelayMessage ReadAnswer(ref WireReader reader, RelayKind kind) => kind switch
    {
        RelayKind.ProfileAnswer => new ProfileAnswerMessage(reader.Peer(), reader.Bytes(0, Limits.MaxProfileBytes)),
        RelayKind.Subscribed => new SubscribedMessage(
            reader.Room(), reader.Epoch(), reader.Long(0, Limits.MaxPlace), reader.Long(0, Limits.MaxPlace),
            reader.Peers(Limits.MaxMembersPerMessage)),
        RelayKind.Ordered => ReadOrdered(ref reader),
        RelayKind.Fetched => ReadFetched(ref reader),
        RelayKind.Want => new RelayWantMessage(reader.Room(), ReadRefs(ref reader)),
        RelayKind.StampProof => new StampProofMessage(
            reader.Room(), reader.Epoch(), reader.Long(1, Limits.MaxPlace), reader.Hash(), reader.Bytes(P256.SignatureBytes)),
        RelayKind.Member => new MemberMessage(
            reader.Room(), reader.Peer(), reader.Bytes(0, Limits.MaxProfileBytes), (MemberChange)reader.Int(0, (int)MemberChange.Kicked)),
        RelayKind.Introduction => new IntroductionMessage(reader.Peer(), reader.Bytes(16)),
        RelayKind.Invited => new InvitedMessage(reader.Room(), reader.Bytes(1, Limits.MaxProfileBytes)),
        RelayKind.Notice => new NoticeMessage(ReadSentence(ref reader), reader.Boolean(), reader.Room()),
        RelayKind.Error => new RelayErrorMessage(
            reader.Text(Limits.MaxErrorCodeBytes), ReadSentence(ref reader), reader.Room(), reader.Hash(),
            TimeSpan.FromMilliseconds(reader.Long(0, Limits.MaxRetryAfterMilliseconds))),
        RelayKind.Bye => new RelayByeMessage(ReadSentence(ref reader)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A kind with a field count has a reader."),
    };

    /// <summary>Text that ends up on a screen.</summary>
    private static string ReadSentence(ref WireReader reader)
    {
        var text = reader.Text(Limits.MaxNoticeBytes);
        reader.Require(Texts.IsClean(text), Rejection.BadText);
        return text;
    }

    private static ImmutableArray<StampRun> ReadRuns(ref WireReader reader)
    {
        var count = reader.AnyArray(Limits.MaxStampRunsPerMessage);
        var runs = ImmutableArray.CreateBuilder<StampRun>();
        for (var i = 0; i < count && reader.IsOk; i++) runs.Add(reader.StampRun());
        return runs.ToImmutable();
    }

    private static ImmutableArray<MemberReceipt> ReadReceipts(ref WireReader reader)
    {
        var count = reader.AnyArray(Limits.MaxReceiptsPerMessage);
        var receipts = ImmutableArray.CreateBuilder<MemberReceipt>();
        for (var i = 0; i < count && reader.IsOk; i++)
        {
            reader.Array(2);
            receipts.Add(new MemberReceipt(reader.Peer(), reader.DigestLine()));
        }
        return receipts.ToImmutable();
    }

    private static OrderedMessage ReadOrdered(ref WireReader reader) => new(
        reader.Room(), reader.Long(0, Limits.MaxPlace), reader.Epoch(), reader.Long(0, Limits.MaxPlace),
        reader.Blobs(Limits.MaxProfilesPerMessage, Limits.MaxProfileBytes), ReadItems(ref reader));

    private static FetchedMessage ReadFetched(ref WireReader reader)
    {
        reader.Array(6);
        return new FetchedMessage(ReadOrdered(ref reader), reader.Boolean());
    }

    private static ImmutableArray<OrderedItem> ReadItems(ref WireReader reader)
    {
        var count = reader.AnyArray(Limits.MaxEntriesPerMessage);
        var items = ImmutableArray.CreateBuilder<OrderedItem>();
        for (var i = 0; i < count && reader.IsOk; i++)
        {
            reader.Array(3);
            var what = reader.Bytes(EntryHash.Size, Limits.MaxEntryBytes);
            var kept = ReadKept(ref reader);
            var isHash = what.Length == EntryHash.Size;
            var hash = isHash ? EntryHash.Read(what.Span) : EntryHash.None;
            items.Add(new OrderedItem(isHash ? default : what, hash, kept, reader.Boolean()));
        }
        return items.ToImmutable();
    }

    private static KeptStamp? ReadKept(ref WireReader reader)
    {
        if (reader.Nil()) return null;
        reader.Array(2);
        return new KeptStamp(reader.Epoch(), reader.Long(1, Limits.MaxPlace));
    }

    private static ImmutableArray<EntryRef> ReadRefs(ref WireReader reader)
    {
        var count = reader.AnyArray(Limits.MaxEntriesPerMessage);
        var refs = ImmutableArray.CreateBuilder<EntryRef>();
        for (var i = 0; i < count && reader.IsOk; i++) refs.Add(reader.EntryRef());
        return refs.ToImmutable();
    }
}
