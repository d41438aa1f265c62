namespace LiteNetLib.Utils;

/// <summary>An object that writes itself to, and reads itself from, the library's byte encoding.</summary>
public interface INetSerializable
{
    /// <summary>Appends the object to <paramref name="writer"/>.</summary>
    void Serialize(NetDataWriter writer);

    /// <summary>Reads back what <see cref="Serialize"/> wrote.</summary>
    void Deserialize(NetDataReader reader);
}
