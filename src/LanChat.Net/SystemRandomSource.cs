using System.Security.Cryptography;
using LanChat.Protocol;

namespace LanChat.Net;

/// <summary>The system's cryptographic generator.</summary>
public sealed class SystemRandomSource : IRandomSource
{
    /// <inheritdoc/>
    public void Fill(Span<byte> buffer) => RandomNumberGenerator.Fill(buffer);
}
