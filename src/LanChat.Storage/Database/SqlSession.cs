using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LanChat.Storage;

/// <summary>
/// One connection with its prepared statements. Owned by one thread. Parameters are numbered: <c>?1</c>, <c>?2</c>; a name like <c>$1</c> would get
/// its number by where it stands first.
/// </summary>
/// <remarks>
/// What answers no rows is bound by position and run on SQLite's own statements: the provider looks every parameter up by its name and makes a
/// reader for every statement, which cost a newcomer's store as much as the writing itself.
/// </remarks>
internal sealed class SqlSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, sqlite3_stmt> _statements = new();
    private readonly Dictionary<string, SqliteCommand> _queries = new();

    /// <summary>Numbers of rows written or looked up before.</summary>
    public KnownRows Known { get; } = new();

    /// <summary>The number of the row inserted last.</summary>
    public long LastRow => raw.sqlite3_last_insert_rowid(connection.Handle);

    /// <summary>Runs a statement that answers nothing; returns how many rows it changed.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public int Run(string sql, params ReadOnlySpan<object?> values)
    {
        var statement = Bind(sql, values);
        try
        {
            while (Step(statement))
            {
                // A pragma answers with what is set now.
            }

            return raw.sqlite3_changes(connection.Handle);
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    /// <summary>Runs one or several statements as they are, without keeping them.</summary>
    public void Script(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row; null for none or NULL.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values)
    {
        var statement = Bind(sql, values);
        try
        {
            if (!Step(statement)) return null;
            return raw.sqlite3_column_type(statement, 0) switch
            {
                raw.SQLITE_INTEGER => raw.sqlite3_column_int64(statement, 0),
                raw.SQLITE_FLOAT => raw.sqlite3_column_double(statement, 0),
                raw.SQLITE_TEXT => raw.sqlite3_column_text(statement, 0).utf8_to_string(),
                raw.SQLITE_BLOB => raw.sqlite3_column_blob(statement, 0).ToArray(),
                _ => null,
            };
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    /// <summary>A reader over the answer; one at a time for one text of SQL, to be disposed before the next.</summary>
    public SqliteDataReader Query(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_queries.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++) command.Parameters.Add(new SqliteParameter($"?{i + 1}", DBNull.Value));
            _queries.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command.ExecuteReader();
    }

    /// <summary>All of a query's rows.</summary>
    public List<T> List<T>(string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<object?> values)
    {
        var rows = new List<T>();
        using var reader = Query(sql, values);
        while (reader.Read()) rows.Add(row(reader));
        return rows;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        foreach (var command in _queries.Values) command.Dispose();
        _statements.Clear();
        _queries.Clear();
        connection.Dispose();
    }

    private bool Step(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE) return result == raw.SQLITE_ROW;
        SqliteException.ThrowExceptionForRC(result, connection.Handle);
        return false;
    }

    private sqlite3_stmt Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(connection.Handle, sql, out statement), connection.Handle);
            _statements.Add(sql, statement);
        }

        for (var i = 0; i < values.Length; i++) SqliteException.ThrowExceptionForRC(Bind(statement, i + 1, values[i]), connection.Handle);
        return statement;
    }

    private static int Bind(sqlite3_stmt statement, int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(statement, index),
        long number => raw.sqlite3_bind_int64(statement, index, number),
        string text => raw.sqlite3_bind_text(statement, index, text),
        byte[] bytes => BindBytes(statement, index, bytes),
        ReadOnlyMemory<byte> bytes => BindBytes(statement, index, bytes.Span),
        _ => throw new ArgumentException($"Nothing is stored as {value.GetType()}.", nameof(value)),
    };

    // No bytes are a blob of length zero, not NULL.
    private static int BindBytes(sqlite3_stmt statement, int index, ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty ? raw.sqlite3_bind_zeroblob(statement, index, 0) : raw.sqlite3_bind_blob(statement, index, bytes);
}
