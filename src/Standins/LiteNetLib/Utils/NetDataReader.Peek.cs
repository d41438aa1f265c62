using System.Net;

namespace LiteNetLib.Utils;

/// <content>Forms with out parameters, forms that do not move, forms that do not throw.</content>
public partial class NetDataReader
{
    /// <summary>Reads a value.</summary>
    public void Get(out byte result) => result = GetByte();

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get(out sbyte result) => result = GetSByte();

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get(out bool result) => result = GetBool();

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get(out char result) => result = GetChar();

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get(out ushort result) => result = GetUShort();

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get(out short result) => result = GetShort();

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get(out ulong result) => result = GetULong();

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get(out long result) => result = GetLong();

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get(out uint result) => result = GetUInt();

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get(out int result) => result = GetInt();

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get(out double result) => result = GetDouble();

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get(out float result) => result = GetFloat();

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get(out string result) => result = GetString();

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get(out string result, int maxLength) => result = GetString(maxLength);

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get(out Guid result) => result = GetGuid();

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get(out IPEndPoint result) => result = GetIPEndPoint();

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get<T>(out T result)
        where T : struct, INetSerializable => result = Get<T>();

    /// <inheritdoc cref="Get(out byte)"/>
    public void Get<T>(out T result, Func<T> constructor)
        where T : class, INetSerializable => result = Get(constructor);

    /// <summary>The next value, without moving.</summary>
    public byte PeekByte() => Peek<byte>();

    /// <inheritdoc cref="PeekByte"/>
    public sbyte PeekSByte() => Peek<sbyte>();

    /// <inheritdoc cref="PeekByte"/>
    public bool PeekBool() => Peek<byte>() != 0;

    /// <inheritdoc cref="PeekByte"/>
    public char PeekChar() => Peek<char>();

    /// <inheritdoc cref="PeekByte"/>
    public ushort PeekUShort() => Peek<ushort>();

    /// <inheritdoc cref="PeekByte"/>
    public short PeekShort() => Peek<short>();

    /// <inheritdoc cref="PeekByte"/>
    public long PeekLong() => Peek<long>();

    /// <inheritdoc cref="PeekByte"/>
    public ulong PeekULong() => Peek<ulong>();

    /// <inheritdoc cref="PeekByte"/>
    public int PeekInt() => Peek<int>();

    /// <inheritdoc cref="PeekByte"/>
    public uint PeekUInt() => Peek<uint>();

    /// <inheritdoc cref="PeekByte"/>
    public float PeekFloat() => Peek<float>();

    /// <inheritdoc cref="PeekByte"/>
    public double PeekDouble() => Peek<double>();

    /// <inheritdoc cref="PeekByte"/>
    public T PeekUnmanaged<T>()
        where T : unmanaged => Peek<T>();

    /// <summary>The next string, without moving.</summary>
    public string PeekString() => PeekString(0);

    /// <summary>The next string, without moving; "" if it has more than <paramref name="maxLength"/> characters.</summary>
    public string PeekString(int maxLength)
    {
        int position = _position;
        string result = GetString(maxLength);
        _position = position;
        return result;
    }

    /// <summary>Reads a value if enough data is left.</summary>
    public bool TryGetByte(out byte result) => TryRead(out result);

    /// <inheritdoc cref="TryGetByte"/>
    public bool TryGetSByte(out sbyte result) => TryRead(out result);

    /// <inheritdoc cref="TryGetByte"/>
    public bool TryGetBool(out bool result)
    {
        bool read = TryRead(out byte value);
        result = value != 0;
        return read;
    }

    /// <inheritdoc cref="TryGetByte"/>
    public bool TryGetChar(out char result) => TryRead(out result);

    /// <inheritdoc cref="TryGetByte"/>
    public bool TryGetShort(out short result) => TryRead(out result);

    /// <inheritdoc cref="TryGetByte"/>
    public bool TryGetUShort(out ushort result) => TryRead(out result);

    /// <inheritdoc cref="TryGetByte"/>
    public bool TryGetInt(out int result) => TryRead(out result);

    /// <inheritdoc cref="TryGetByte"/>
    public bool TryGetUInt(out uint result) => TryRead(out result);

    /// <inheritdoc cref="TryGetByte"/>
    public bool TryGetLong(out long result) => TryRead(out result);

    /// <inheritdoc cref="TryGetByte"/>
    public bool TryGetULong(out ulong result) => TryRead(out result);

    /// <inheritdoc cref="TryGetByte"/>
    public bool TryGetFloat(out float result) => TryRead(out result);

    /// <inheritdoc cref="TryGetByte"/>
    public bool TryGetDouble(out double result) => TryRead(out result);

    /// <inheritdoc cref="TryGetByte"/>
    public bool TryGetUnmanaged<T>(out T result)
        where T : unmanaged => TryRead(out result);

    /// <summary>Reads a string if all of it is there; null otherwise, and the position stays.</summary>
    public bool TryGetString(out string result)
    {
        result = null;
        if (AvailableBytes < sizeof(ushort) || AvailableBytes < sizeof(ushort) + StringBytes(PeekUShort()))
            return false;
        result = GetString();
        return true;
    }

    /// <summary>Reads an array of strings if all of it is there; null otherwise, and the position stays.</summary>
    public bool TryGetStringArray(out string[] result)
    {
        int position = _position;
        if (TryRead(out ushort count) && AvailableBytes >= count * sizeof(ushort))
        {
            result = new string[count];
            int read = 0;
            while (read < count && TryGetString(out result[read]))
                read++;
            if (read == count)
                return true;
        }

        _position = position;
        result = null;
        return false;
    }

    /// <summary>Reads a u16 count and that many bytes if they are there; null otherwise, and the position stays.</summary>
    public bool TryGetBytesWithLength(out byte[] result)
    {
        result = null;
        if (AvailableBytes < sizeof(ushort) || AvailableBytes < sizeof(ushort) + PeekUShort())
            return false;
        result = GetBytesWithLength();
        return true;
    }
}
