using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace MessagePack;

/// <summary>The tokens that carry a length: strings, bytes, extensions.</summary>
public ref partial struct MessagePackWriter
{
    /// <summary>A char of UTF-16 is at most three bytes of UTF-8.</summary>
    private const int MaxUtf8BytesPerChar = 3;

    /// <summary>Writes nil for null. A lone surrogate becomes U+FFFD.</summary>
    public void Write(string? value)
    {
        if (value is null)
            WriteNil();
        else
            Write(value.AsSpan());
    }

    /// <summary>Writes the text as UTF-8. A lone surrogate becomes U+FFFD.</summary>
    public void Write(scoped ReadOnlySpan<char> value)
    {
        if (value.Length <= MessagePackRange.MaxFixStringLength / MaxUtf8BytesPerChar)
        {
            Span<byte> token = GetSpan(1 + MessagePackRange.MaxFixStringLength);
            int written = Encoding.UTF8.GetBytes(value, token[1..]);
            token[0] = (byte)(MessagePackCode.MinFixStr | written);
            _buffered += 1 + written;
            return;
        }

        int byteCount = Encoding.UTF8.GetByteCount(value);
        if (OldSpec && byteCount is > MessagePackRange.MaxFixStringLength and <= byte.MaxValue)
            WriteCode16(MessagePackCode.Str16, (ushort)byteCount);
        else
            WriteStringHeader(byteCount);
        Span<byte> body = GetSpan(byteCount);
        _buffered += Encoding.UTF8.GetBytes(value, body);
    }

    /// <summary>Writes text that is UTF-8 already; it is not checked.</summary>
    public void WriteString(scoped ReadOnlySpan<byte> utf8stringBytes)
    {
        WriteStringHeader(utf8stringBytes.Length);
        WriteRaw(utf8stringBytes);
    }

    /// <summary>Writes text that is UTF-8 already; it is not checked.</summary>
    /// <exception cref="OverflowException">Longer than <see cref="int.MaxValue"/> bytes.</exception>
    public void WriteString(in ReadOnlySequence<byte> utf8stringBytes)
    {
        WriteStringHeader(checked((int)utf8stringBytes.Length));
        WriteRaw(utf8stringBytes);
    }

    /// <exception cref="OverflowException"><paramref name="byteCount"/> is negative.</exception>
    public void WriteStringHeader(int byteCount)
    {
        uint length = checked((uint)byteCount);
        if (length <= MessagePackRange.MaxFixStringLength)
            WriteCode((byte)(MessagePackCode.MinFixStr | length));
        else if (length <= byte.MaxValue)
            Begin(2, MessagePackCode.Str8)[1] = (byte)length;
        else if (length <= ushort.MaxValue)
            WriteCode16(MessagePackCode.Str16, (ushort)length);
        else
            WriteCode32(MessagePackCode.Str32, length);
    }

    /// <summary>Writes nil for null, bin otherwise.</summary>
    public void Write(byte[]? src)
    {
        if (src is null)
            WriteNil();
        else
            Write(src.AsSpan());
    }

    public void Write(scoped ReadOnlySpan<byte> src)
    {
        WriteBinHeader(src.Length);
        WriteRaw(src);
    }

    /// <exception cref="OverflowException">Longer than <see cref="int.MaxValue"/> bytes.</exception>
    public void Write(in ReadOnlySequence<byte> src)
    {
        WriteBinHeader(checked((int)src.Length));
        WriteRaw(src);
    }

    /// <summary>With <see cref="OldSpec"/> a string header, since bin did not exist.</summary>
    /// <exception cref="OverflowException"><paramref name="length"/> is negative.</exception>
    public void WriteBinHeader(int length)
    {
        if (OldSpec)
        {
            WriteStringHeader(length);
            return;
        }

        uint count = checked((uint)length);
        if (count <= byte.MaxValue)
            Begin(2, MessagePackCode.Bin8)[1] = (byte)count;
        else if (count <= ushort.MaxValue)
            WriteCode16(MessagePackCode.Bin16, (ushort)count);
        else
            WriteCode32(MessagePackCode.Bin32, count);
    }

    public void WriteExtensionFormatHeader(ExtensionHeader extensionHeader)
    {
        uint length = extensionHeader.Length;
        byte fixedCode = length switch
        {
            1 => MessagePackCode.FixExt1,
            2 => MessagePackCode.FixExt2,
            4 => MessagePackCode.FixExt4,
            8 => MessagePackCode.FixExt8,
            16 => MessagePackCode.FixExt16,
            _ => 0,
        };
        Span<byte> token;
        if (fixedCode != 0)
        {
            token = Begin(2, fixedCode);
        }
        else if (length <= byte.MaxValue)
        {
            token = Begin(3, MessagePackCode.Ext8);
            token[1] = (byte)length;
        }
        else if (length <= ushort.MaxValue)
        {
            token = Begin(4, MessagePackCode.Ext16);
            BinaryPrimitives.WriteUInt16BigEndian(token[1..], (ushort)length);
        }
        else
        {
            token = Begin(6, MessagePackCode.Ext32);
            BinaryPrimitives.WriteUInt32BigEndian(token[1..], length);
        }

        token[^1] = unchecked((byte)extensionHeader.TypeCode);
    }

    public void WriteExtensionFormat(ExtensionResult extensionData)
    {
        WriteExtensionFormatHeader(extensionData.Header);
        WriteRaw(extensionData.Data);
    }

    /// <summary>Writes a timestamp: Local is converted to UTC, Unspecified is taken as it stands.</summary>
    /// <exception cref="NotSupportedException"><see cref="OldSpec"/> is set: the type did not exist.</exception>
    public void Write(DateTime dateTime)
    {
        if (OldSpec)
            throw new NotSupportedException("The old MessagePack specification has no timestamps.");

        Span<byte> body = stackalloc byte[12];
        int length = Timestamp.Encode(dateTime, body);
        WriteExtensionFormatHeader(new ExtensionHeader(ReservedMessagePackExtensionTypeCode.DateTime, length));
        WriteRaw(body[..length]);
    }
}
