using System.Buffers;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>
/// The plaintext of a frame: messages behind each other, each an array [kind, fields …]. A frame decodes whole or not at all; messages of a
/// kind this version does not know are stepped over and counted. Byte strings in the messages are slices of the frame: who reuses its
/// buffer copies what it keeps.
/// </summary>
public static class FrameCodec
{
    private delegate TMessage ReadMessage<out TMessage>(ref WireReader reader, int kind);

    /// <summary>Appends a message between peers.</summary>
    public static void Write(IBufferWriter<byte> frame, PeerMessage message)
    {
        var writer = new MessagePackWriter(frame);
        PeerMessageWriter.Write(ref writer, message);
        writer.Flush();
    }

    /// <summary>Appends a message between client and relay.</summary>
    public static void Write(IBufferWriter<byte> frame, RelayMessage message)
    {
        var writer = new MessagePackWriter(frame);
        RelayMessageWriter.Write(ref writer, message);
        writer.Flush();
    }

    /// <summary>
    /// Bytes that a message takes at most, without writing it; what leaves in one frame must not exceed <see cref="Limits.MaxFrameBytes"/>.
    /// </summary>
    public static int MeasureUpperBound(PeerMessage message) => PeerMessageWriter.Measure(message);

    /// <summary>
    /// Bytes that a message takes at most, without writing it; what leaves in one frame must not exceed <see cref="Limits.MaxFrameBytes"/>.
    /// </summary>
    public static int MeasureUpperBound(RelayMessage message) => RelayMessageWriter.Measure(message);

    /// <summary>Reads a frame of a link between peers.</summary>
    /// <param name="frame">The opened frame.</param>
    /// <param name="into">Gets the messages; nothing when the frame is refused.</param>
    /// <param name="unknownKinds">Messages that were stepped over.</param>
    /// <param name="rejection">Why the frame is refused.</param>
    public static bool TryDecodePeerFrame(
        ReadOnlyMemory<byte> frame, List<PeerMessage> into, out int unknownKinds, out Rejection rejection) =>
        TryDecode(frame, into, PeerMessageReader.FieldCount, PeerMessageReader.Read, out unknownKinds, out rejection);

    /// <summary>Reads a frame of a link between a client and a relay.</summary>
    /// <inheritdoc cref="TryDecodePeerFrame"/>
    public static bool TryDecodeRelayFrame(
        ReadOnlyMemory<byte> frame, List<RelayMessage> into, out int unknownKinds, out Rejection rejection) =>
        TryDecode(frame, into, RelayMessageReader.FieldCount, RelayMessageReader.Read, out unknownKinds, out rejection);

    private static bool TryDecode<TMessage>(
        ReadOnlyMemory<byte> frame, List<TMessage> into, Func<int, int> fieldCount, ReadMessage<TMessage> read,
        out int unknownKinds, out Rejection rejection)
    {
        var start = into.Count;
        unknownKinds = 0;
        var reader = new WireReader(frame);
        reader.Require(frame.Length <= Limits.MaxFrameBytes, Rejection.TooLong);
        for (var messages = 0; reader.IsOk && !reader.IsAtEnd; messages++)
        {
            reader.Require(messages < Limits.MaxMessagesPerFrame, Rejection.TooMany);
            var count = reader.AnyArray(int.MaxValue) - 1;
            reader.Require(count >= 0, Rejection.WrongShape);
            var kind = reader.Int(0, int.MaxValue);
            if (!reader.IsOk) break;
            var fields = fieldCount(kind);
            if (fields < 0)
            {
                reader.Skip(count);
                unknownKinds++;
                continue;
            }
            reader.Require(count == fields, Rejection.WrongShape);
            if (reader.IsOk) into.Add(read(ref reader, kind));
        }
        if (reader.Finish(out rejection)) return true;
        into.RemoveRange(start, into.Count - start);
        return false;
    }
}
