using System.Collections.Concurrent;
using LanChat.Core;

namespace LanChat.Storage.Tests;

/// <summary>Gathers what a store answers, and waits for it with a bound.</summary>
internal sealed class Answers : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<NodeInput> _inputs = [];

    public void Take(NodeInput input) => _inputs.Add(input);

    /// <summary>The next answer.</summary>
    public NodeInput Next() =>
        _inputs.TryTake(out var input, (int)Patience.TotalMilliseconds, TestContext.Current.CancellationToken)
            ? input
            : throw new TimeoutException($"No answer within {Patience}.");

    /// <summary>The next answer, which must be of this type.</summary>
    public T Next<T>() where T : NodeInput => Assert.IsType<T>(Next());

    public bool IsEmpty => _inputs.Count == 0;

    public void Dispose() => _inputs.Dispose();
}
