namespace LanChat.Protocol.Tests;

/// <summary>Hands out what it was given, in order and once.</summary>
internal sealed class FixedRandomSource : IRandomSource
{
    private readonly Queue<byte[]> _answers;

    public FixedRandomSource(params byte[][] answers) => _answers = new Queue<byte[]>(answers);

    public void Fill(Span<byte> buffer) => _answers.Dequeue().CopyTo(buffer);
}
