using System.Security.Cryptography;
using LanChat.Protocol;

namespace LanChat.Storage.Tests;

/// <summary>The system's generator.</summary>
internal sealed class SystemRandom : IRandomSource
{
    public void Fill(Span<byte> buffer) => RandomNumberGenerator.Fill(buffer);
}
