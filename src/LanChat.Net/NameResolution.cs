using System.Net;
using System.Net.Sockets;

namespace LanChat.Net;

/// <summary>Host names, looked up for a bounded time.</summary>
public static class NameResolution
{
    /// <summary>How long a lookup may take: where the name server does not answer, the system itself goes on asking for ten seconds or longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>All addresses of a name; none when it has none, is malformed or is not resolved within five seconds.</summary>
    /// <exception cref="OperationCanceledException">The caller has cancelled it.</exception>
    public static Task<IPAddress[]> FindAsync(string host, CancellationToken cancellation = default) =>
        FindAsync(host, Dns.GetHostAddressesAsync, Patience, cancellation);

    internal static async Task<IPAddress[]> FindAsync(
        string host, Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeSpan patience, CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(patience);
        try
        {
            // Outside of Windows a lookup that has begun heeds no token: it is left to its end, and what it finds is not used.
            return await resolve(host, late.Token).WaitAsync(late.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException or ArgumentException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return [];
        }
    }
}
