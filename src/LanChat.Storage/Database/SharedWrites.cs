using LanChat.Core;

namespace LanChat.Storage;

/// <summary>The writes that peers and relays have in common: profiles and named values.</summary>
internal static class SharedWrites
{
    /// <summary>Carries out one write.</summary>
    /// <exception cref="ArgumentException">It is none of these.</exception>
    public static void Apply(SqlSession session, StoreWrite write)
    {
        switch (write)
        {
            case PutProfile put:
                session.Run("INSERT INTO profile(id, encoded) VALUES (?1, ?2) ON CONFLICT(id) DO UPDATE SET encoded = ?2", put.Id.ToArray(), put.Encoded);
                break;
            case PutValue { Value.IsEmpty: true } put:
                session.Run("DELETE FROM value WHERE name = ?1", put.Name);
                break;
            case PutValue put:
                session.Run("INSERT INTO value(name, value) VALUES (?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2", put.Name, put.Value);
                break;
            default:
                throw new ArgumentException($"{write.GetType().Name} is not for this store.", nameof(write));
        }
    }

    /// <summary>All named values.</summary>
    public static Dictionary<string, ReadOnlyMemory<byte>> Values(SqlSession session) => session
        .List("SELECT name, value FROM value", row => (Name: row.Text(0), Value: row.Bytes(1)))
        .ToDictionary(pair => pair.Name, pair => (ReadOnlyMemory<byte>)pair.Value);
}
