using System.Net;
using LanChat.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LanChat.Relay;

/// <summary><c>/healthz</c> and <c>/metrics</c>. Nothing of it is loaded unless it is asked for.</summary>
internal sealed class HttpEndpoint : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;

    private HttpEndpoint(WebApplication application) => _application = application;

    /// <summary>Starts to serve.</summary>
    /// <param name="address">Where.</param>
    /// <param name="ask">Gets the node's numbers; an answer within 2 s means that the loop is alive.</param>
    /// <exception cref="IOException">The address is taken or not of this machine.</exception>
    public static async Task<HttpEndpoint> StartAsync(IPEndPoint address, Func<CancellationToken, Task<RelayMetrics>> ask)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(address);
            kestrel.Limits.MaxConcurrentConnections = 32;
            kestrel.Limits.MaxRequestBodySize = 0;
        });
        var application = builder.Build();
        application.MapGet("/healthz", context => AnswerAsync(context, ask, _ => "ok\n", "text/plain"));
        application.MapGet("/metrics", context => AnswerAsync(context, ask, MetricsText.Page, "text/plain; version=0.0.4; charset=utf-8"));
        await application.StartAsync().ConfigureAwait(false);
        return new HttpEndpoint(application);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static async Task AnswerAsync(
        HttpContext context, Func<CancellationToken, Task<RelayMetrics>> ask, Func<RelayMetrics, string> page, string type)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        late.CancelAfter(AnswerTime);
        try
        {
            var metrics = await ask(late.Token).ConfigureAwait(false);
            context.Response.ContentType = type;
            await context.Response.WriteAsync(page(metrics), late.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }
}
