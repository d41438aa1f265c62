using System.Text;
using LanChat.Client;

namespace LanChat.Commands;

/// <summary><c>lanchat send ROOM TEXT</c>: sends, waits until somebody or a relay holds it, exits.</summary>
internal sealed class SendCommand
{
    /// <summary>Messages on their way at once: what is read from stdin waits beyond them.</summary>
    private const int MaxOpen = 512;

    private static readonly TimeSpan IdPatience = TimeSpan.FromSeconds(10);

    private readonly Conversation _conversation;
    private readonly string _label;
    private readonly Dictionary<string, string> _open = new();
    private readonly SemaphoreSlim _room = new(MaxOpen);
    private readonly Lock _gate = new();
    private readonly TimeSpan _patience;
    private Task _listening = Task.CompletedTask;
    private bool _hasFailed;
    private bool _isAllRead;

    private SendCommand(Conversation conversation, string label, TimeSpan patience)
    {
        _conversation = conversation;
        _label = label;
        _patience = patience;
    }

    public static async Task<int> RunAsync(ClientOptions options, string room, string text, TimeSpan patience, bool orDrop)
    {
        RoomArgument.Check(room);
        using var log = Log.Open(options, hasScreen: false);
        using var stop = new Stop();
        var withRoom = room.StartsWith('@') ? options : options with { Rooms = [room, .. options.Rooms] };
        var conversation = await Conversation.OpenAsync(withRoom, log, hasSockets: true, stop.Token).ConfigureAwait(false);
        await using (conversation.ConfigureAwait(false))
        {
            var label = await RoomArgument.JoinAsync(conversation, room, patience, stop.Token).ConfigureAwait(false);
            return await new SendCommand(conversation, label, patience).SendAsync(text, orDrop, stop.Token).ConfigureAwait(false);
        }
    }

    private async Task<int> SendAsync(string text, bool orDrop, CancellationToken cancellation)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _listening = ListenAsync(done.Token);
        var unread = "";
        try
        {
            if (text != "-") await SayAsync(text, 0, cancellation).ConfigureAwait(false);
            else if (await SayLinesAsync(cancellation).ConfigureAwait(false) is > 0 and var line) unread = $" The input from line {line} on was not read.";
        }
        catch (OperationCanceledException)
        {
            // Stopped in the middle of the input: what has been said so far is told by its number.
        }

        lock (_gate) _isAllRead = true;
        await SayAllReadAsync().ConfigureAwait(false);
        done.CancelAfter(unread.Length == 0 ? _patience : TimeSpan.Zero);
        await _listening.ConfigureAwait(false);
        var left = _open.Count;
        if (left == 0) return _hasFailed ? ExitCodes.Failed : ExitCodes.Done;
        var what = left == 1 ? "The message is" : $"The {left} messages are";
        var said = orDrop
            ? await WithdrawAsync().ConfigureAwait(false)
            : $"Nobody was reached in time. {what} kept and will be sent when a client of this profile runs again.";
        await Console.Error.WriteLineAsync(said + unread).ConfigureAwait(false);
        return ExitCodes.NobodyReached;
    }

    /// <summary>Says all lines; else the number, from 1, of the first that nobody was there for in time.</summary>
    private async Task<int> SayLinesAsync(CancellationToken cancellation)
    {
        using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
        for (var number = 1; await input.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line; number++)
            if (line.Length > 0 && !await SayAsync(line, number, cancellation).ConfigureAwait(false)) return number;
        return 0;
    }

    /// <summary>Says a text once there is room for it; false when none has come free within the patience.</summary>
    private async Task<bool> SayAsync(string text, int number, CancellationToken cancellation)
    {
        var turn = _room.WaitAsync(_patience, cancellation);

        // A client that ends while its messages are waited for frees no room: that is told at once.
        if (await Task.WhenAny(turn, _listening).ConfigureAwait(false) == _listening) await _listening.ConfigureAwait(false);
        if (!await turn.ConfigureAwait(false)) return false;
        var reference = $"send-{number}";
        lock (_gate) _open[reference] = "";
        await _conversation.DoAsync(new { @do = "send", room = _label, text, @ref = reference }).ConfigureAwait(false);
        return true;
    }

    /// <summary>An answer of any kind wakes the listener, which then sees that nothing is open any more.</summary>
    private Task SayAllReadAsync() => _conversation.DoAsync(new { @do = "rooms" });

    /// <summary>Reads events until all is read and held elsewhere, or time is up.</summary>
    private async Task ListenAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                lock (_gate)
                {
                    if (_isAllRead && _open.Count == 0) return;
                }

                await TakeAsync(await _conversation.NextAsync(cancellation).ConfigureAwait(false)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Time is up, or the user stopped it: what is still open is told by its number.
        }
    }

    private async Task TakeAsync(ScriptEvent happened)
    {
        var reference = happened.Text("ref");
        if (happened.Name == "error" && reference.StartsWith("send-", StringComparison.Ordinal))
        {
            await Console.Error.WriteLineAsync(happened.Text("message")).ConfigureAwait(false);
            _hasFailed = true;
            Close(reference);
        }
        else if (happened.Name is "accepted" or "message" && reference.Length > 0)
        {
            lock (_gate)
                if (_open.ContainsKey(reference)) _open[reference] = happened.Text("id");
        }
        else if (happened.Name == "delivery" && (happened.Flag("relay") || happened.Number("delivered") > 0))
        {
            Close(reference);
        }
    }

    private void Close(string reference)
    {
        lock (_gate)
            if (!_open.Remove(reference)) return;
        _room.Release();
    }

    /// <summary>Takes back what is still open, also when it is a signal that ends the waiting.</summary>
    private async Task<string> WithdrawAsync()
    {
        using var late = new CancellationTokenSource(IdPatience);
        try
        {
            // A client that has just started writes nothing before it has asked the others for what it wrote before: until then there is no id.
            while (_open.ContainsValue("")) await TakeAsync(await _conversation.NextAsync(late.Token).ConfigureAwait(false)).ConfigureAwait(false);
            foreach (var (reference, id) in _open.ToList())
            {
                await _conversation.DoAsync(new { @do = "withdraw", id, @ref = reference }).ConfigureAwait(false);
                await _conversation.NextAsync(e => e.Name is "done" or "error" && e.Text("ref") == reference, late.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return "Nobody was reached in time, and not everything could be withdrawn: it will be sent when a client of this profile runs again.";
        }

        return $"Nobody was reached in time. {(_open.Count == 1 ? "The message was" : $"The {_open.Count} messages were")} withdrawn.";
    }
}
