using System.Runtime.InteropServices;

namespace LiteNetLib.Utils;

/// <content>Strings, byte arrays with a length, and arrays with a u16 count.</content>
public partial class NetDataWriter
{
    /// <summary>
    /// Appends a string: u16 of its UTF-8 bytes plus one, then the bytes. At most 65534 bytes;
    /// <paramref name="maxLength"/> characters are kept if it is not 0. Null and empty are the same.
    /// </summary>
    /// <exception cref="ArgumentException">The text is too long or not valid UTF-16.</exception>
    public void Put(string value, int maxLength = 0)
    {
        if (string.IsNullOrEmpty(value))
        {
            Put((ushort)0);
            return;
        }

        var text = maxLength > 0 && value.Length > maxLength ? value.AsSpan(0, maxLength) : value.AsSpan();
        int size = StrictUtf8.GetByteCount(text);
        if (size >= ushort.MaxValue)
            throw new ArgumentException("A string takes at most 65534 bytes of UTF-8; use PutLargeString.", nameof(value));
        Put((ushort)(size + 1));
        StrictUtf8.GetBytes(text, Reserve(size));
    }

    /// <summary>Appends a string with an int32 byte count.</summary>
    public void PutLargeString(string value)
    {
        if (string.IsNullOrEmpty(value))
        {
            Put(0);
            return;
        }

        int size = StrictUtf8.GetByteCount(value);
        Put(size);
        StrictUtf8.GetBytes(value, Reserve(size));
    }

    /// <summary>Appends a u16 count and that many bytes.</summary>
    public void PutBytesWithLength(byte[] data, int offset, ushort length)
    {
        Put(length);
        Put(data, offset, length);
    }

    /// <inheritdoc cref="PutBytesWithLength(byte[],int,ushort)"/>
    public void PutBytesWithLength(byte[] data) => PutArray(data, sizeof(byte));

    /// <inheritdoc cref="PutBytesWithLength(byte[],int,ushort)"/>
    public void PutSBytesWithLength(sbyte[] data, int offset, ushort length)
    {
        Put(length);
        Put(MemoryMarshal.AsBytes(data.AsSpan(offset, length)));
    }

    /// <inheritdoc cref="PutBytesWithLength(byte[],int,ushort)"/>
    public void PutSBytesWithLength(sbyte[] data) => PutArray(data, sizeof(sbyte));

    /// <summary>Appends a u16 count and the raw elements of <paramref name="sz"/> bytes each; null is an empty array.</summary>
    /// <exception cref="ArgumentException">More than 65535 elements.</exception>
    public void PutArray(Array arr, int sz)
    {
        ushort count = CountOf(arr);
        Put(count);
        if (count > 0)
            MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(arr), count * sz).CopyTo(Reserve(count * sz));
    }

    /// <summary>Appends a u16 count and the elements; null is an empty array.</summary>
    public void PutArray(float[] value) => PutArray(value, sizeof(float));

    /// <inheritdoc cref="PutArray(float[])"/>
    public void PutArray(double[] value) => PutArray(value, sizeof(double));

    /// <inheritdoc cref="PutArray(float[])"/>
    public void PutArray(long[] value) => PutArray(value, sizeof(long));

    /// <inheritdoc cref="PutArray(float[])"/>
    public void PutArray(ulong[] value) => PutArray(value, sizeof(ulong));

    /// <inheritdoc cref="PutArray(float[])"/>
    public void PutArray(int[] value) => PutArray(value, sizeof(int));

    /// <inheritdoc cref="PutArray(float[])"/>
    public void PutArray(uint[] value) => PutArray(value, sizeof(uint));

    /// <inheritdoc cref="PutArray(float[])"/>
    public void PutArray(ushort[] value) => PutArray(value, sizeof(ushort));

    /// <inheritdoc cref="PutArray(float[])"/>
    public void PutArray(short[] value) => PutArray(value, sizeof(short));

    /// <inheritdoc cref="PutArray(float[])"/>
    public void PutArray(bool[] value) => PutArray(value, sizeof(bool));

    /// <inheritdoc cref="PutArray(float[])"/>
    public void PutArray(string[] value) => PutArray(value, 0);

    /// <summary>Appends a u16 count and the strings, each cut to <paramref name="strMaxLength"/> characters if that is not 0.</summary>
    public void PutArray(string[] value, int strMaxLength)
    {
        ushort count = CountOf(value);
        Put(count);
        for (int i = 0; i < count; i++)
            Put(value[i], strMaxLength);
    }

    /// <summary>Appends a u16 count and the objects.</summary>
    public void PutArray<T>(T[] value)
        where T : INetSerializable, new()
    {
        ushort count = CountOf(value);
        Put(count);
        for (int i = 0; i < count; i++)
            value[i].Serialize(this);
    }

    /// <summary>Appends a u16 count and the raw elements.</summary>
    public void PutUnmanagedArray<T>(T[] arr)
        where T : unmanaged
    {
        Put(CountOf(arr));
        Put((ReadOnlySpan<byte>)MemoryMarshal.AsBytes(arr.AsSpan()));
    }

    private static ushort CountOf(Array array)
    {
        int count = array?.Length ?? 0;
        return count <= ushort.MaxValue ? (ushort)count
            : throw new ArgumentException("An array takes at most 65535 elements.", nameof(array));
    }
}
