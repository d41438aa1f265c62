namespace LanChat.Protocol.Tests;

/// <summary>
/// Damages bytes as a hostile or broken sender would: bits, codes that announce much, cuts, repeats and pieces of other messages.
/// </summary>
internal sealed class Mutation
{
    private static readonly byte[][] Announcements =
    [
        [0xDD, 0xFF, 0xFF, 0xFF, 0xFF], [0xDC, 0xFF, 0xFF], [0xC6, 0xFF, 0xFF, 0xFF, 0xFF], [0xC6, 0x7F, 0xFF, 0xFF, 0xFF],
        [0xDB, 0xFF, 0xFF, 0xFF, 0xFF],
        [0xDF, 0xFF, 0xFF, 0xFF, 0xFF], [0xC9, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0xCF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        [0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0],
        [0xC0], [0xC1], [0xC4, 0xFF], [0xD9, 0xFF], [0x9F], [0x8F], [0xBF], [0xCC, 0x01], [0xCD, 0x00, 0xFF], [0x90], [0xA0], [0xC4, 0x00],
        [0xFF],
    ];

    private readonly SeededRandomSource _random;
    private readonly IReadOnlyList<byte[]> _corpus;

    public Mutation(ulong seed, IReadOnlyList<byte[]> corpus)
    {
        _random = new SeededRandomSource(seed);
        _corpus = corpus;
    }

    /// <summary>A damaged copy of something out of the corpus.</summary>
    public byte[] Next()
    {
        var bytes = new List<byte>(Any());
        for (var i = 1 + _random.Next(3); i > 0; i--) Damage(bytes);
        return [.. bytes];
    }

    private byte[] Any() => _corpus[_random.Next(_corpus.Count)];

    private void Damage(List<byte> bytes)
    {
        var at = _random.Next(bytes.Count + 1);
        var rest = bytes.Count - at;
        switch (_random.Next(8))
        {
            case 0 when rest > 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when rest > 0:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, rest);
                break;
            case 3:
                bytes.RemoveRange(at, Math.Min(rest, 1 + _random.Next(4)));
                break;
            case 4:
                bytes.InsertRange(at, _random.Bytes(1 + _random.Next(4)));
                break;
            case 5:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(rest, 64)));
                break;
            case 6:
                var other = Any();
                bytes.InsertRange(at, other.AsSpan(_random.Next(other.Length + 1)).ToArray());
                break;
            default:
                var announcement = Announcements[_random.Next(Announcements.Length)];
                bytes.RemoveRange(at, Math.Min(rest, _random.Next(2) * announcement.Length));
                bytes.InsertRange(at, announcement);
                break;
        }
    }
}
