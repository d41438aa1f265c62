namespace LanChat.Protocol.Tests;

/// <summary>One thing a peer may not send, and the reason it is refused for.</summary>
public sealed record RejectionCase(string Name, Rejection Expected, byte[] Input)
{
    internal static RejectionCase Of(string name, Rejection expected, object? value) => new(name, expected, Packer.Pack(value));

    internal static RejectionCase Raw(string name, Rejection expected, byte[] input) => new(name, expected, input);

    public override string ToString() => Name;
}
