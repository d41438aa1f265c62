using SQLitePCL;

namespace LanChat.Storage;

/// <summary>
/// The answer to a query, row by row; a column is asked for by its number, from 0. A value of another type than the schema's can only come from a
/// damaged file, and counts as damage.
/// </summary>
internal sealed class SqlRows(SqlSession session, sqlite3_stmt statement) : IDisposable
{
    /// <summary>Goes to the next row; false when there is none.</summary>
    /// <exception cref="SqlException">It failed.</exception>
    public bool Read() => session.Step(statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Int64(int column)
    {
        Require(column, raw.SQLITE_INTEGER);
        return raw.sqlite3_column_int64(statement, column);
    }

    public int Int32(int column) => Int64(column) is >= int.MinValue and <= int.MaxValue and var number ? (int)number : throw Damaged();

    public string Text(int column)
    {
        Require(column, raw.SQLITE_TEXT);
        return raw.sqlite3_column_text(statement, column).utf8_to_string();
    }

    public byte[] Bytes(int column)
    {
        Require(column, raw.SQLITE_BLOB);
        return raw.sqlite3_column_blob(statement, column).ToArray();
    }

    public void Dispose() => raw.sqlite3_reset(statement);

    private void Require(int column, int type)
    {
        if (raw.sqlite3_column_type(statement, column) != type) throw Damaged();
    }

    private static SqlException Damaged() => new(raw.SQLITE_CORRUPT, "A value is of another type than it was written as.");
}
