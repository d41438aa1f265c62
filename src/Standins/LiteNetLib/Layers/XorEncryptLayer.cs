using System.Net;
using System.Text;

namespace LiteNetLib.Layers;

/// <summary>Xors every datagram with a repeated key: keeps chance visitors out, protects nothing.</summary>
public class XorEncryptLayer : PacketLayerBase
{
    private byte[] _key = [];

    /// <summary>A layer without a key, which changes nothing until <see cref="SetKey(byte[])"/>.</summary>
    public XorEncryptLayer()
        : base(0)
    {
    }

    /// <summary>A layer with a key.</summary>
    public XorEncryptLayer(byte[] key)
        : this() => SetKey(key);

    /// <summary>A layer with the UTF-8 bytes of a text as key.</summary>
    public XorEncryptLayer(string key)
        : this() => SetKey(key);

    /// <summary>Takes the UTF-8 bytes of a text as key.</summary>
    public void SetKey(string key) => _key = Encoding.UTF8.GetBytes(key);

    /// <summary>Takes a copy of <paramref name="key"/>.</summary>
    public void SetKey(byte[] key) => _key = key.ToArray();

    /// <inheritdoc/>
    public override void ProcessInboundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int length) =>
        Apply(data.AsSpan(0, length));

    /// <inheritdoc/>
    public override void ProcessOutBoundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int offset, ref int length) =>
        Apply(data.AsSpan(offset, length));

    private void Apply(Span<byte> bytes)
    {
        byte[] key = _key;
        if (key.Length == 0)
            return;
        for (int i = 0, k = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= key[k];
            if (++k == key.Length)
                k = 0;
        }
    }
}
