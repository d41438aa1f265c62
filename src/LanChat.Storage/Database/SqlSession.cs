using Microsoft.Data.Sqlite;

namespace LanChat.Storage;

/// <summary>One connection with its prepared statements. Owned by one thread. Parameters are numbered: <c>$1</c>, <c>$2</c>.</summary>
internal sealed class SqlSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = new();

    public SqlSession(SqliteConnection connection) => _connection = connection;

    /// <summary>Runs a statement that answers nothing; returns how many rows it changed.</summary>
    public int Run(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>Runs one or several statements as they are, without keeping them.</summary>
    public void Script(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row; null for none or NULL.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteScalar() is { } value and not DBNull ? value : null;

    /// <summary>A reader over the answer; one at a time for one text of SQL, to be disposed before the next.</summary>
    public SqliteDataReader Query(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteReader();

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
        foreach (var command in _prepared.Values) command.Dispose();
        _prepared.Clear();
        _connection.Dispose();
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = $"${i + 1}";
                command.Parameters.Add(parameter);
            }

            _prepared.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] switch
            {
                null => DBNull.Value,
                ReadOnlyMemory<byte> bytes => bytes.ToArray(),
                var value => value,
            };
        }

        return command;
    }
}
