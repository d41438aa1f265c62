using System.Text.Json;
using LanChat.Client;
using LanChat.Net;
using LanChat.Pipe;
using LanChat.Protocol;
using LanChat.Storage;

namespace LanChat.Commands;

/// <summary><c>lanchat id</c>: identity, fingerprint, profile folder; a new identity on demand.</summary>
internal static class IdCommand
{
    public static async Task<int> RunAsync(ClientOptions options, bool makeNew, bool asJson)
    {
        using var output = ScriptOutput.Open();
        try
        {
            return await ShowAsync(options, makeNew, asJson, output).ConfigureAwait(false);
        }
        finally
        {
            ChatClient.DiscardProfile(options);
        }
    }

    private static async Task<int> ShowAsync(ClientOptions options, bool makeNew, bool asJson, TextWriter output)
    {
        var (id, nick) = makeNew ? (MakeNew(options), options.Nick) : await FindAsync(options).ConfigureAwait(false);
        if (asJson)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(
                new { peerId = id.ToString(), nick, fingerprint = Fingerprint.Digits(id), words = Fingerprint.Words(id), profile = options.Profile.Path })).ConfigureAwait(false);
            return ExitCodes.Done;
        }

        await output.WriteLineAsync($"peer id      {id}").ConfigureAwait(false);
        await output.WriteLineAsync($"nickname     {nick}").ConfigureAwait(false);
        await output.WriteLineAsync($"fingerprint  {Fingerprint.Digits(id)}").ConfigureAwait(false);
        await output.WriteLineAsync($"in words     {Fingerprint.Words(id)}").ConfigureAwait(false);
        await output.WriteLineAsync($"profile      {options.Profile.Path}").ConfigureAwait(false);
        return ExitCodes.Done;
    }

    private static async Task<(PeerId Id, string Nick)> FindAsync(ClientOptions options)
    {
        using var stop = new Stop();
        if (!options.IsEphemeral && await LocalSocket.TryConnectAsync(options.Profile, stop.Token).ConfigureAwait(false) is { } socket)
        {
            await using (socket.ConfigureAwait(false))
            {
                using var reader = new StreamReader(socket);
                while (await reader.ReadLineAsync(stop.Token).ConfigureAwait(false) is { } line)
                {
                    var told = ScriptEvent.Parse(line);
                    if (told.Name == "ready" && PeerId.TryParse(told.Text("peerId"), out var running)) return (running, told.Text("nick"));
                }
            }
        }

        using var taken = ChatClient.TakeProfile(options.Profile);
        var id = Load(options).Id;
        if (options.IsNickGiven || !File.Exists(options.Profile.History)) return (id, options.Nick);
        try
        {
            using var store = PeerStore.Open(options.Profile.History, DateTimeOffset.UtcNow);
            return (id, ChatClient.NickOf(options, id, store));
        }
        catch (IOException)
        {
            // Who one is does not depend on the history.
            return (id, options.Nick);
        }
    }

    /// <summary>The old identity is set aside, not deleted: whoever did not mean it can put it back.</summary>
    private static PeerId MakeNew(ClientOptions options)
    {
        using var taken = ChatClient.TakeProfile(options.Profile);
        IdentityFile.PutAside(options.Profile.Identity, DateTimeOffset.UtcNow);
        return Load(options).Id;
    }

    private static PeerIdentity Load(ClientOptions options)
    {
        using var crypto = new P256Cryptography();
        try
        {
            return IdentityFile.LoadOrCreate(options.Profile.Identity, crypto, new SystemRandomSource(), DateTimeOffset.UtcNow);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ClientException(ExitCodes.Failed, $"The identity in {options.Profile.Path} cannot be used: {error.Message}");
        }
    }
}
