using SQLitePCL;

namespace LanChat.Storage;

/// <summary>A value of a statement's parameter: NULL, a number, a text or bytes. Converted implicitly from each of these, without an allocation.</summary>
internal readonly struct SqlValue
{
    private readonly Kind _kind;
    private readonly long _number;
    private readonly string? _text;
    private readonly ReadOnlyMemory<byte> _bytes;

    private SqlValue(long number) => (_kind, _number) = (Kind.Number, number);

    private SqlValue(string? text) => (_kind, _text) = (text is null ? Kind.Null : Kind.Text, text);

    private SqlValue(ReadOnlyMemory<byte> bytes) => (_kind, _bytes) = (Kind.Bytes, bytes);

    private enum Kind : byte
    {
        Null,
        Number,
        Text,
        Bytes,
    }

    public static implicit operator SqlValue(long number) => new(number);

    public static implicit operator SqlValue(long? number) => number is { } known ? new SqlValue(known) : default;

    public static implicit operator SqlValue(string? text) => new(text);

    public static implicit operator SqlValue(byte[]? bytes) => bytes is null ? default : new SqlValue(bytes.AsMemory());

    public static implicit operator SqlValue(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>Gives the value to a parameter, numbered from 1; answers SQLite's result code.</summary>
    public int Bind(sqlite3_stmt statement, int index) => _kind switch
    {
        Kind.Number => raw.sqlite3_bind_int64(statement, index, _number),
        Kind.Text => raw.sqlite3_bind_text(statement, index, _text),
        // No bytes are a blob of length zero, not NULL.
        Kind.Bytes when _bytes.IsEmpty => raw.sqlite3_bind_zeroblob(statement, index, 0),
        Kind.Bytes => raw.sqlite3_bind_blob(statement, index, _bytes.Span),
        _ => raw.sqlite3_bind_null(statement, index),
    };
}
