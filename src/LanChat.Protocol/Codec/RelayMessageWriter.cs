using System.Text;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>Writes messages between client and relay: [kind, fields …].</summary>
internal static class RelayMessageWriter
{
    public static void Write(ref MessagePackWriter writer, RelayMessage message)
    {
        switch (message)
        {
            case SubscribeMessage subscribe:
                Head(ref writer, RelayKind.Subscribe);
                writer.WriteRoom(subscribe.Room);
                writer.Write(subscribe.RoomKey.Span);
                writer.WritePeer(subscribe.Creator);
                writer.Write(subscribe.Proof.Span);
                writer.WriteEpoch(subscribe.Epoch);
                writer.Write(subscribe.Cursor);
                break;
            case UnsubscribeMessage unsubscribe:
                Head(ref writer, RelayKind.Unsubscribe);
                writer.WriteRoom(unsubscribe.Room);
                break;
            case PublishMessage publish:
                Head(ref writer, RelayKind.Publish);
                writer.WriteRoom(publish.Room);
                writer.WriteBlobs(publish.Profiles);
                writer.WriteBlobs(publish.Entries);
                break;
            case ShowStampsMessage show:
                Head(ref writer, RelayKind.ShowStamps);
                writer.WriteRoom(show.Room);
                writer.WriteArrayHeader(show.Runs.Length);
                foreach (var run in show.Runs) writer.WriteStampRun(run);
                break;
            case RelayDigestMessage digest:
                Head(ref writer, RelayKind.Digest);
                writer.WriteRoom(digest.Room);
                writer.WriteDigestLines(digest.Authors);
                writer.Write(digest.WantsAnswer);
                break;
            case FetchMessage fetch:
                Head(ref writer, RelayKind.Fetch);
                writer.WriteRoom(fetch.Room);
                writer.Write(fetch.Position);
                writer.Write(fetch.Older);
                writer.Write(fetch.MaxBytes);
                break;
            default:
                WritePeerRequest(ref writer, message);
                break;
        }
    }

    /// <summary>No more bytes than this message takes when written.</summary>
    public static int Measure(RelayMessage message) => message switch
    {
        PublishMessage publish => 32 + MessageSizes.Of(publish.Profiles) + MessageSizes.Of(publish.Entries),
        ShowStampsMessage show => 32 + show.Runs.Sum(MessageSizes.Of),
        RelayDigestMessage digest => 32 + MessageSizes.Of(digest.Authors),
        ForwardMessage forward => 32 + forward.Bytes.Length,
        ProfileUpdateMessage update => 32 + update.Profile.Length,
        RelayReceiptMessage receipt => 32 + receipt.Receipts.Sum(line => 19 + MessageSizes.Of(line.Line)),
        ProfileAnswerMessage answer => 32 + answer.Profile.Length,
        SubscribedMessage subscribed => 80 + (18 * subscribed.Members.Length),
        OrderedMessage ordered => MessageSizes.Of(ordered),
        FetchedMessage fetched => 8 + MessageSizes.Of(fetched.Ordered),
        RelayWantMessage want => 32 + (42 * want.Entries.Length),
        MemberMessage member => 64 + member.Profile.Length,
        InvitedMessage invited => 40 + invited.SenderProfile.Length,
        NoticeMessage notice => 40 + Encoding.UTF8.GetByteCount(notice.Text),
        RelayErrorMessage error => 80 + Encoding.UTF8.GetByteCount(error.Code) + Encoding.UTF8.GetByteCount(error.Text),
        RelayByeMessage bye => 16 + Encoding.UTF8.GetByteCount(bye.Reason),
        SubscribeMessage => 256,
        _ => 192,
    };

    private static void WritePeerRequest(ref MessagePackWriter writer, RelayMessage message)
    {
        switch (message)
        {
            case IntroduceMessage introduce:
                Head(ref writer, RelayKind.Introduce);
                writer.WritePeer(introduce.Peer);
                break;
            case ForwardMessage forward:
                Head(ref writer, RelayKind.Forward);
                writer.WritePeer(forward.Peer);
                writer.Write((int)forward.Kind);
                writer.Write(forward.Bytes.Span);
                break;
            case ProfileRequestMessage request:
                Head(ref writer, RelayKind.ProfileRequest);
                writer.WritePeer(request.Peer);
                break;
            case ProfileUpdateMessage update:
                Head(ref writer, RelayKind.ProfileUpdate);
                writer.Write(update.Profile.Span);
                break;
            case RelayReceiptMessage receipt:
                Head(ref writer, RelayKind.Receipt);
                writer.WriteRoom(receipt.Room);
                writer.WriteArrayHeader(receipt.Receipts.Length);
                foreach (var line in receipt.Receipts)
                {
                    writer.WriteArrayHeader(2);
                    writer.WritePeer(line.Member);
                    writer.WriteDigestLine(line.Line);
                }
                break;
            default:
                WriteLogAnswer(ref writer, message);
                break;
        }
    }

    private static void WriteLogAnswer(ref MessagePackWriter writer, RelayMessage message)
    {
        switch (message)
        {
            case SubscribedMessage subscribed:
                Head(ref writer, RelayKind.Subscribed);
                writer.WriteRoom(subscribed.Room);
                writer.WriteEpoch(subscribed.Epoch);
                writer.Write(subscribed.Head);
                writer.Write(subscribed.ResumeAfter);
                writer.WritePeers(subscribed.Members);
                break;
            case OrderedMessage ordered:
                Head(ref writer, RelayKind.Ordered);
                WriteOrdered(ref writer, ordered);
                break;
            case FetchedMessage fetched:
                Head(ref writer, RelayKind.Fetched);
                writer.WriteArrayHeader(6);
                WriteOrdered(ref writer, fetched.Ordered);
                writer.Write(fetched.IsLast);
                break;
            case RelayWantMessage want:
                Head(ref writer, RelayKind.Want);
                writer.WriteRoom(want.Room);
                writer.WriteArrayHeader(want.Entries.Length);
                foreach (var entry in want.Entries) writer.WriteEntryRef(entry);
                break;
            case StampProofMessage proof:
                Head(ref writer, RelayKind.StampProof);
                writer.WriteRoom(proof.Room);
                writer.WriteEpoch(proof.Epoch);
                writer.Write(proof.Place);
                writer.WriteHash(proof.Chain);
                writer.Write(proof.Signature.Span);
                break;
            default:
                WriteWord(ref writer, message);
                break;
        }
    }

    private static void WriteWord(ref MessagePackWriter writer, RelayMessage message)
    {
        switch (message)
        {
            case ProfileAnswerMessage answer:
                Head(ref writer, RelayKind.ProfileAnswer);
                writer.WritePeer(answer.Peer);
                writer.Write(answer.Profile.Span);
                break;
            case MemberMessage member:
                Head(ref writer, RelayKind.Member);
                writer.WriteRoom(member.Room);
                writer.WritePeer(member.Peer);
                writer.Write(member.Profile.Span);
                writer.Write((int)member.State);
                break;
            case IntroductionMessage introduction:
                Head(ref writer, RelayKind.Introduction);
                writer.WritePeer(introduction.Peer);
                writer.Write(introduction.Token.Span);
                break;
            case InvitedMessage invited:
                Head(ref writer, RelayKind.Invited);
                writer.WriteRoom(invited.Room);
                writer.Write(invited.SenderProfile.Span);
                break;
            case NoticeMessage notice:
                Head(ref writer, RelayKind.Notice);
                writer.Write(notice.Text);
                writer.Write(notice.IsPrivate);
                writer.WriteRoom(notice.Room);
                break;
            case RelayErrorMessage error:
                Head(ref writer, RelayKind.Error);
                writer.Write(error.Code);
                writer.Write(error.Text);
                writer.WriteRoom(error.Room);
                writer.WriteHash(error.Entry);
                writer.Write(Math.Clamp((long)error.RetryAfter.TotalMilliseconds, 0, Limits.MaxRetryAfterMilliseconds));
                break;
            case RelayByeMessage bye:
                Head(ref writer, RelayKind.Bye);
                writer.Write(bye.Reason);
                break;
            default:
                throw new ArgumentException($"No kind for {message.GetType().Name}.", nameof(message));
        }
    }

    private static void WriteOrdered(ref MessagePackWriter writer, OrderedMessage ordered)
    {
        writer.WriteRoom(ordered.Room);
        writer.Write(ordered.FirstPosition);
        writer.WriteEpoch(ordered.Epoch);
        writer.Write(ordered.FirstPlace);
        writer.WriteBlobs(ordered.Profiles);
        writer.WriteArrayHeader(ordered.Items.Length);
        foreach (var item in ordered.Items)
        {
            writer.WriteArrayHeader(3);
            if (item.Entry.IsEmpty) writer.WriteHash(item.Hash);
            else writer.Write(item.Entry.Span);
            if (item.Kept is { } kept)
            {
                writer.WriteArrayHeader(2);
                writer.WriteEpoch(kept.Epoch);
                writer.Write(kept.Place);
            }
            else
            {
                writer.WriteNil();
            }
            writer.Write(item.IsWaived);
        }
    }

    private static void Head(ref MessagePackWriter writer, RelayKind kind)
    {
        writer.WriteArrayHeader(1 + RelayMessageReader.FieldCount((int)kind));
        writer.Write((int)kind);
    }
}
