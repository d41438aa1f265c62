using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LiteNetLib.Utils;

/// <content>Strings, arrays and the bytes that are left.</content>
public partial class NetDataReader
{
    /// <summary>Reads a string.</summary>
    public string GetString() => GetString(0);

    /// <summary>Reads a string; "" if it has more than <paramref name="maxLength"/> characters and that is not 0.</summary>
    public string GetString(int maxLength)
    {
        int position = _position;
        int size = StringBytes(GetUShort());
        if (AvailableBytes < size)
        {
            _position = position;
            ThrowTooShort(sizeof(ushort) + size);
        }

        var bytes = Take(size);
        if (maxLength > 0 && NetDataWriter.StrictUtf8.GetCharCount(bytes) > maxLength)
            return string.Empty;
        return NetDataWriter.StrictUtf8.GetString(bytes);
    }

    /// <summary>Reads a string with an int32 byte count.</summary>
    public string GetLargeString()
    {
        int size = GetInt();
        return size <= 0 ? string.Empty : NetDataWriter.StrictUtf8.GetString(Take(size));
    }

    /// <summary>Reads a u16 count and that many elements of <paramref name="size"/> bytes each.</summary>
    public T[] GetArray<T>(ushort size)
    {
        ushort count = GetUShort();
        var source = Take(count * size);
        var result = new T[count];
        if (source.Length > 0)
        {
            if (RuntimeHelpers.IsReferenceOrContainsReferences<T>() || size != Unsafe.SizeOf<T>())
                throw new ArgumentException("The element size does not belong to the type.", nameof(size));
            source.CopyTo(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference((Array)result), source.Length));
        }

        return result;
    }

    /// <summary>Reads a u16 count and the objects.</summary>
    public T[] GetArray<T>()
        where T : INetSerializable, new()
    {
        var result = new T[Count()];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = new T();
            result[i].Deserialize(this);
        }

        return result;
    }

    /// <summary>Reads a u16 count and the objects, each made by <paramref name="constructor"/>.</summary>
    public T[] GetArray<T>(Func<T> constructor)
        where T : class, INetSerializable
    {
        var result = new T[Count()];
        for (int i = 0; i < result.Length; i++)
            result[i] = Get(constructor);
        return result;
    }

    /// <summary>Reads a u16 count and the elements.</summary>
    public bool[] GetBoolArray() => GetArray<bool>(sizeof(bool));

    /// <inheritdoc cref="GetBoolArray"/>
    public ushort[] GetUShortArray() => GetArray<ushort>(sizeof(ushort));

    /// <inheritdoc cref="GetBoolArray"/>
    public short[] GetShortArray() => GetArray<short>(sizeof(short));

    /// <inheritdoc cref="GetBoolArray"/>
    public int[] GetIntArray() => GetArray<int>(sizeof(int));

    /// <inheritdoc cref="GetBoolArray"/>
    public uint[] GetUIntArray() => GetArray<uint>(sizeof(uint));

    /// <inheritdoc cref="GetBoolArray"/>
    public float[] GetFloatArray() => GetArray<float>(sizeof(float));

    /// <inheritdoc cref="GetBoolArray"/>
    public double[] GetDoubleArray() => GetArray<double>(sizeof(double));

    /// <inheritdoc cref="GetBoolArray"/>
    public long[] GetLongArray() => GetArray<long>(sizeof(long));

    /// <inheritdoc cref="GetBoolArray"/>
    public ulong[] GetULongArray() => GetArray<ulong>(sizeof(ulong));

    /// <inheritdoc cref="GetBoolArray"/>
    public T[] GetUnmanagedArray<T>()
        where T : unmanaged => GetArray<T>((ushort)Unsafe.SizeOf<T>());

    /// <summary>Reads a u16 count and the strings.</summary>
    public string[] GetStringArray() => GetStringArray(0);

    /// <summary>Reads a u16 count and the strings; those longer than <paramref name="maxStringLength"/> characters become "".</summary>
    public string[] GetStringArray(int maxStringLength)
    {
        ushort count = GetUShort();
        if (AvailableBytes < count * sizeof(ushort))
            ThrowTooShort(count * sizeof(ushort));
        var result = new string[count];
        for (int i = 0; i < result.Length; i++)
            result[i] = GetString(maxStringLength);
        return result;
    }

    /// <summary>Reads a u16 count and that many bytes.</summary>
    public byte[] GetBytesWithLength() => GetArray<byte>(sizeof(byte));

    /// <inheritdoc cref="GetBytesWithLength"/>
    public sbyte[] GetSBytesWithLength() => GetArray<sbyte>(sizeof(sbyte));

    /// <summary>Reads <paramref name="count"/> bytes into <paramref name="destination"/> from its index <paramref name="start"/>.</summary>
    public void GetBytes(byte[] destination, int start, int count) => Take(count).CopyTo(destination.AsSpan(start));

    /// <summary>Reads <paramref name="count"/> bytes into <paramref name="destination"/>.</summary>
    public void GetBytes(byte[] destination, int count) => GetBytes(destination, 0, count);

    /// <summary>Reads bytes as a view of the source.</summary>
    public ArraySegment<byte> GetBytesSegment(int count)
    {
        Require(count);
        var segment = new ArraySegment<byte>(_data, _position, count);
        _position += count;
        return segment;
    }

    /// <summary>Reads all that is left as a view of the source.</summary>
    public ArraySegment<byte> GetRemainingBytesSegment() => GetBytesSegment(AvailableBytes);

    /// <inheritdoc cref="GetRemainingBytesSegment"/>
    public ReadOnlySpan<byte> GetRemainingBytesSpan() => Take(AvailableBytes);

    /// <inheritdoc cref="GetRemainingBytesSegment"/>
    public ReadOnlyMemory<byte> GetRemainingBytesMemory()
    {
        var rest = PeekRemainingBytesMemory();
        _position = _dataSize;
        return rest;
    }

    /// <summary>Reads a copy of all that is left.</summary>
    public byte[] GetRemainingBytes() => Take(AvailableBytes).ToArray();

    /// <summary>A copy of all that is left, without moving.</summary>
    public byte[] PeekRemainingBytes() => PeekRemainingBytesSpan().ToArray();

    /// <summary>A view of all that is left, without moving.</summary>
    public ReadOnlySpan<byte> PeekRemainingBytesSpan() => new(_data, _position, AvailableBytes);

    /// <inheritdoc cref="PeekRemainingBytesSpan"/>
    public ReadOnlyMemory<byte> PeekRemainingBytesMemory() => new(_data, _position, AvailableBytes);

    private static int StringBytes(ushort lengthField) => lengthField == 0 ? 0 : lengthField - 1;

    /// <summary>An object takes at least a byte in practice: a count beyond the data is hostile and must not size an array.</summary>
    private int Count()
    {
        ushort count = GetUShort();
        if (count > AvailableBytes)
            ThrowTooShort(count);
        return count;
    }
}
