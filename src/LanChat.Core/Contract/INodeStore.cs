namespace LanChat.Core;

/// <summary>
/// Where a node's store requests are carried out, off the loop's thread. The driver offers it every output and hands the answers in as
/// inputs, whatever keeps the data: a file on this machine or something else.
/// </summary>
public interface INodeStore : IDisposable
{
    /// <summary>
    /// Takes a request for the store; false for any other output. Requests are carried out in order. A store that is busy beyond its bound
    /// makes the caller wait, so that nothing is lost; an answer may come before this returns.
    /// </summary>
    /// <param name="output">What the node wants done.</param>
    /// <param name="answer">Gets each answer, on a thread of the store's. It must not wait for whoever called this.</param>
    bool TrySubmit(NodeOutput output, Action<NodeInput> answer);
}
