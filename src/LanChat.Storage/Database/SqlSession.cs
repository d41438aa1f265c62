using SQLitePCL;

namespace LanChat.Storage;

/// <summary>
/// One connection with its prepared statements. Owned by one thread. Parameters are numbered: <c>?1</c>, <c>?2</c>; a name like <c>$1</c> would get
/// its number by where it stands first.
/// </summary>
/// <remarks>
/// Directly on SQLite's own calls: a provider of ADO.NET looks every parameter up by its name and makes a reader for every statement, which cost a
/// newcomer's store as much as the writing itself, and brings the whole of that framework into the memory of a client that does nothing.
/// </remarks>
internal sealed class SqlSession : IDisposable
{
    private const int BusyMilliseconds = 5000;

    /// <summary>Statements kept. More than the program has means that a text of SQL was put together as it ran, and would be kept at every call.</summary>
    private const int MaxStatements = 256;

    // By the text's own place in memory: all are literals of the program, and reading one costs as much as binding a value.
    private readonly Dictionary<string, sqlite3_stmt> _statements = new(ReferenceEqualityComparer.Instance);
    private readonly sqlite3 _connection;

    static SqlSession()
    {
        Batteries_V2.Init();

        // Counting what it allocates takes a lock at each allocation, and nobody asks for the count; refused, it only goes on counting. The call has a
        // variable list of arguments, which the binding passes wrongly on Apple's ARM: not worth telling Macs apart.
        if (!OperatingSystem.IsMacOS()) raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    private SqlSession(sqlite3 connection) => _connection = connection;

    /// <summary>Numbers of rows written or looked up before.</summary>
    public KnownRows Known { get; } = new();

    /// <summary>The number of the row inserted last.</summary>
    public long LastRow => raw.sqlite3_last_insert_rowid(_connection);

    /// <summary>Opens or makes a file. No pool: a closed connection is closed, so that the file can be moved.</summary>
    /// <exception cref="SqlException">It failed.</exception>
    public static SqlSession Open(string path)
    {
        // Owned by one thread, it needs no locks.
        const int Flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX;
        var result = raw.sqlite3_open_v2(path, out var connection, Flags, null);
        var session = new SqlSession(connection);
        try
        {
            session.Require(result);
            session.Require(raw.sqlite3_busy_timeout(connection, BusyMilliseconds));
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs a statement that answers nothing; returns how many rows it changed.</summary>
    /// <exception cref="SqlException">It failed.</exception>
    public int Run(string sql, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Bind(sql, values);
        try
        {
            while (Step(statement))
            {
                // A pragma answers with what is set now.
            }

            return raw.sqlite3_changes(_connection);
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    /// <summary>Runs one or several statements as they are, without keeping them.</summary>
    /// <exception cref="SqlException">One failed; those after it were not run.</exception>
    public void Script(string sql) => Require(raw.sqlite3_exec(_connection, sql));

    /// <summary>The first column of the first row; null for none or NULL.</summary>
    /// <exception cref="SqlException">It failed.</exception>
    public object? Scalar(string sql, params ReadOnlySpan<SqlValue> values)
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

    /// <summary>The rows of an answer; one at a time for one text of SQL, to be disposed before the next.</summary>
    /// <exception cref="SqlException">It failed.</exception>
    public SqlRows Query(string sql, params ReadOnlySpan<SqlValue> values) => new(this, Bind(sql, values));

    /// <summary>All of a query's rows.</summary>
    /// <exception cref="SqlException">It failed.</exception>
    public List<T> List<T>(string sql, Func<SqlRows, T> row, params ReadOnlySpan<SqlValue> values)
    {
        var list = new List<T>();
        using var rows = Query(sql, values);
        while (rows.Read()) list.Add(row(rows));
        return list;
    }

    /// <summary>Goes to a statement's next row; false when there is none.</summary>
    /// <exception cref="SqlException">It failed.</exception>
    public bool Step(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE) return result == raw.SQLITE_ROW;
        Require(result);
        return false;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _statements.Clear();
        _connection.Dispose();
    }

    private void Require(int result)
    {
        if (result != raw.SQLITE_OK) throw new SqlException(result & 0xFF, raw.sqlite3_errmsg(_connection).utf8_to_string());
    }

    private sqlite3_stmt Bind(string sql, ReadOnlySpan<SqlValue> values)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            if (_statements.Count == MaxStatements) throw new InvalidOperationException("A text of SQL has to be a literal.");
            Require(raw.sqlite3_prepare_v2(_connection, sql, out statement));
            _statements.Add(sql, statement);
        }

        for (var i = 0; i < values.Length; i++) Require(values[i].Bind(statement, i + 1));
        return statement;
    }
}
