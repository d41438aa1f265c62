using LanChat.Core;

namespace LanChat.Storage.Tests;

/// <summary>kill -9 at any point loses nothing that was promised, halves nothing, and leaves a database that opens.</summary>
public sealed class KillTests : IDisposable
{
    private const int Rounds = 6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_peer_killed_while_it_stores_has_all_that_was_answered()
    {
        var moments = new Random(1);
        for (var round = 0; round < Rounds; round++)
        {
            var promised = await KillAsync("peer", moments.Next(1, 300));
            using var answers = new Answers();
            using var store = PeerStore.Open(_folder.File("history.db"), Samples.Now);

            Assert.Null(store.Notice);
            var last = BitConverter.ToInt64(store.Snapshot.Values["last"].Span);
            Assert.True(last >= promised, $"round {round}: {promised} promised, {last} there");
            store.TrySubmit(new LoadRoom(Samples.Id(1)), answers.Take);
            List<byte[]> headers = [];
            for (var isLast = false; !isLast;)
            {
                var page = answers.Next<RoomPageLoaded>();
                headers.AddRange(page.Entries.Select(entry => entry.Header.ToArray()));
                isLast = page.IsLast;
            }

            Assert.Equal(
                Enumerable.Range(1, (int)last * Victim.PerBatch).Select(seq => Samples.Entry(1, Samples.Ana, seq).Header.ToArray()), headers);
        }
    }

    [Fact]
    public async Task A_relay_killed_while_it_appends_has_all_that_was_answered()
    {
        var moments = new Random(2);
        for (var round = 0; round < Rounds; round++)
        {
            var promised = await KillAsync("relay", moments.Next(1, 300));
            using var answers = new Answers();
            using var store = RelayStore.Open(_folder.File("log.db"), Samples.Now);

            Assert.Null(store.Notice);
            Assert.False(store.Snapshot.IsOlderCopy);
            store.TrySubmit(new ReadLog(1, Samples.Id(1), 0, false, int.MaxValue), answers.Take);
            var read = answers.Next<LogRead>();
            Assert.True(read.Entries.Length >= promised * Victim.PerBatch, $"round {round}: {promised} promised, {read.Entries.Length} entries there");
            Assert.Equal(0, read.Entries.Length % Victim.PerBatch);
            Assert.Equal(1, read.FirstPosition);
            Assert.Equal(Enumerable.Range(1, read.Entries.Length), read.Entries.Select(entry => entry.Seq));
        }
    }

    [Fact]
    public async Task The_lock_of_a_killed_process_is_free()
    {
        using var victim = Victim.Start("lock", _folder.Path);
        await Until.Holds("the other process has the lock", () => Victim.Promised(_folder.Path) == 1);
        Assert.Null(ProfileLock.TryTake(_folder.Path, out var owner, TestContext.Current.CancellationToken));
        Assert.Equal($"process {victim.Id} on {Environment.MachineName}", owner);
        victim.Kill();
        await victim.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var taken = ProfileLock.TryTake(_folder.Path, out _, TestContext.Current.CancellationToken);
        Assert.NotNull(taken);
    }

    /// <summary>Lets a victim work until it was promised some more, kills it, and answers the last promise.</summary>
    private async Task<long> KillAsync(string work, int more)
    {
        var before = Victim.Promised(_folder.Path);
        using var victim = Victim.Start(work, _folder.Path);
        try
        {
            await Until.Holds("the other process stores", () => victim.HasExited || Victim.Promised(_folder.Path) >= before + more);
            Assert.False(victim.HasExited, victim.HasExited ? await victim.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken) : "");
        }
        finally
        {
            victim.Kill();
            await victim.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        return Victim.Promised(_folder.Path);
    }
}
