namespace LanChat.EndToEnd.Tests;

/// <summary>Disks that are full or can only be read: what is said to be kept is kept, and what is wrong is said.</summary>
public sealed class DiskTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task On_a_full_disk_nothing_is_said_to_be_accepted_that_is_not_kept()
    {
        await using var lab = NetworkLab.Create();
        using var disk = new Disk(lab, "1500k");
        var host = lab.AddHost("alone");
        var ana = Chat.StartWith(host, "ana", disk.Path, "--no-relay");
        await ana.BeReadyAsync();
        for (var i = 0; i < 100; i++) ana.Do(new { @do = "send", room = "#lobby", text = $"{i} {new string('x', 15_000)}", @ref = $"{i}" });
        await ana.LineAsync("an answer to the last", l => l.Event.Name is "accepted" or "error" && l.Event["ref"] == "99");
        var accepted = ana.Events("accepted").Select(e => e["ref"]).ToHashSet();
        var refused = ana.Events("error").Where(e => e["code"] == "not-stored").Select(e => e["ref"]).ToHashSet();
        Assert.NotEmpty(refused);
        Assert.Empty(accepted.Intersect(refused));
        Assert.Contains("the disk is full", ana.Events("error")[0]["message"], StringComparison.Ordinal);
        await ana.QuitAsync();

        var (code, output, errors) = await OneShot.RunAsync(host, Patience, "log", "#lobby", "--profile", disk.Path);
        Assert.True(code == 0, errors);
        foreach (var reference in accepted) Assert.Contains($" ana: {reference} x", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_that_can_only_be_read_is_not_taken_for_one_in_use()
    {
        await using var lab = NetworkLab.Create();
        using var disk = new Disk(lab, "8m");
        var host = lab.AddHost("alone");
        await (await StartedAsync(host, disk.Path)).QuitAsync();
        disk.ForbidWriting();
        foreach (var command in (string[][])[["id"], ["log", "#lobby"], ["pipe"]])
        {
            var (code, _, errors) = await OneShot.RunAsync(host, Patience, [.. command, "--profile", disk.Path]);
            Assert.Equal(1, code);
            Assert.Contains("cannot be written to", errors, StringComparison.Ordinal);
            Assert.Single(errors.Trim().Split('\n'));
        }
    }

    [Fact]
    public async Task A_damaged_history_is_set_aside_and_every_command_says_so()
    {
        await using var lab = NetworkLab.Create();
        var host = lab.AddHost("alone");
        var profile = Path.Combine(lab.Folder, "damaged");
        await (await StartedAsync(host, profile)).QuitAsync();
        var history = Path.Combine(profile, "history.db");
        await File.WriteAllBytesAsync(history, [.. Enumerable.Repeat((byte)7, 20_000)], TestContext.Current.CancellationToken);
        var (code, _, errors) = await OneShot.RunAsync(host, Patience, "log", "#lobby", "--profile", profile);
        Assert.Equal(0, code);
        Assert.Contains("is damaged. It was kept as", errors, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(profile, "history.db.damaged-*"));
    }

    private static async Task<Chat> StartedAsync(Host host, string profile)
    {
        var chat = Chat.StartWith(host, "ana", profile, "--no-relay");
        await chat.BeReadyAsync();
        return chat;
    }

    /// <summary>A small disk in memory.</summary>
    private sealed class Disk : IDisposable
    {
        public Disk(NetworkLab lab, string size)
        {
            Path = Directory.CreateDirectory(System.IO.Path.Combine(lab.Folder, "disk")).FullName;
            Shell.Run("mount", "", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", Path);
        }

        public string Path { get; }

        public void ForbidWriting() => Shell.Run("mount", "", "-o", "remount,ro", Path);

        /// <summary>Who still has files there goes with the lab.</summary>
        public void Dispose() => Shell.Try("umount", "", "--lazy", Path);
    }
}
