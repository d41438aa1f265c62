using LanChat.Protocol;

namespace LanChat.Storage.Tests;

/// <summary>The files of a profile beside its history: lock, identity, settings.</summary>
public sealed class ProfileTests : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(600);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ProfileLock? Take(string host, FileSystemKind kind, out string? owner, CancellationToken? cancellation = null) =>
        ProfileLock.TryTake(_folder.Path, host, kind, Beat, Watch, out owner, cancellation ?? TestContext.Current.CancellationToken);

    [Fact]
    public void One_process_owns_a_profile_until_it_lets_go()
    {
        var first = Take("here", FileSystemKind.Local, out var nobody);
        Assert.NotNull(first);
        Assert.Null(nobody);
        Assert.Null(Take("here", FileSystemKind.Local, out var owner));
        Assert.Equal($"process {Environment.ProcessId} on here", owner);
        first.Dispose();
        using var second = Take("here", FileSystemKind.Local, out _);
        Assert.NotNull(second);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_no_lock_held_by_another() =>
        Assert.ThrowsAny<IOException>(() => ProfileLock.TryTake(_folder.File("missing"), out _, TestContext.Current.CancellationToken));

    [Fact]
    public void An_owner_on_another_host_is_seen_alive_where_its_file_lock_is_not()
    {
        using var there = Take("there", FileSystemKind.Shared, out _);
        using var seenFromHere = new TemporaryFolder();

        // A file system whose locks stay on their host: the other host's record shows, its lock does not.
        using var copying = new Timer(
            _ =>
            {
                try
                {
                    File.Copy(_folder.File("lock.owner"), seenFromHere.File("lock.owner"), overwrite: true);
                }
                catch (IOException)
                {
                    // It is being read just now: the next beat is copied.
                }
            },
            null, TimeSpan.Zero, Beat);
        SpinWait.SpinUntil(() => File.Exists(seenFromHere.File("lock.owner")), TimeSpan.FromSeconds(10));

        Assert.Null(ProfileLock.TryTake(
            seenFromHere.Path, "here", FileSystemKind.Shared, Beat, TimeSpan.FromSeconds(10), out var owner, TestContext.Current.CancellationToken));
        Assert.Equal($"process {Environment.ProcessId} on there", owner);
    }

    [Fact]
    public void A_record_that_another_host_left_behind_is_taken_over()
    {
        File.WriteAllText(_folder.File("lock.owner"), "there\n123\n9\n");
        using var taken = Take("here", FileSystemKind.Shared, out _);
        Assert.NotNull(taken);
        Assert.StartsWith("here\n", File.ReadAllText(_folder.File("lock.owner")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_of_this_host_costs_no_waiting()
    {
        File.WriteAllText(_folder.File("lock.owner"), "here\n123\n9\n");
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        using var taken = Take("here", FileSystemKind.Shared, out _, cancelled.Token);
        Assert.NotNull(taken);
    }

    [Fact]
    public void Watching_another_hosts_record_can_be_ended_and_leaves_the_lock_free()
    {
        File.WriteAllText(_folder.File("lock.owner"), "there\n123\n9\n");
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => Take("here", FileSystemKind.Shared, out _, cancelled.Token));
        using var taken = Take("here", FileSystemKind.Local, out _, TestContext.Current.CancellationToken);
        Assert.NotNull(taken);
    }

    [Fact]
    public void An_identity_is_made_once_and_is_its_owners_alone()
    {
        using var crypto = new P256Cryptography();
        var path = _folder.File("identity");
        var made = IdentityFile.LoadOrCreate(path, crypto, new SystemRandom(), Samples.Now);
        Assert.True(_folder.IsOwnersAlone("identity"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, (UnixFileMode)0b110_100_100);

        var loaded = IdentityFile.LoadOrCreate(path, crypto, new SystemRandom(), Samples.Now);

        Assert.Equal(made.Id, loaded.Id);
        Assert.True(_folder.IsOwnersAlone("identity"));
    }

    [Fact]
    public void A_new_identity_leaves_the_old_one_beside_it()
    {
        using var crypto = new P256Cryptography();
        var path = _folder.File("identity");
        var old = IdentityFile.LoadOrCreate(path, crypto, new SystemRandom(), Samples.Now);
        var fresh = PeerIdentity.Create(crypto, new SystemRandom());
        IdentityFile.Save(path, fresh, Samples.Now);
        Assert.Equal(fresh.Id, IdentityFile.Load(path, crypto)!.Id);
        Assert.Equal(old.Id, IdentityFile.Load(_folder.File("identity.old-20260131-120000"), crypto)!.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("LanChat identity 2\nsigning 00\nagreement 00\n")]
    [InlineData("LanChat identity 1\nsigning zz\nagreement 00\n")]
    [InlineData("LanChat identity 1\nsigning 0000000000000000000000000000000000000000000000000000000000000000\n"
        + "agreement 0000000000000000000000000000000000000000000000000000000000000000\n")]
    public void A_file_that_is_no_identity_is_refused_with_what_to_do_and_kept(string content)
    {
        using var crypto = new P256Cryptography();
        File.WriteAllText(_folder.File("identity"), content);
        var refused = Assert.Throws<InvalidDataException>(() => IdentityFile.LoadOrCreate(_folder.File("identity"), crypto, new SystemRandom(), Samples.Now));
        Assert.Contains("Put back a backup", refused.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(_folder.File("identity")));
    }

    [Fact]
    public void Settings_come_back_as_they_were_written_with_what_is_not_known()
    {
        var path = _folder.File("settings.json");
        Assert.Null(ProfileSettings.Load(path).Nick);
        File.WriteAllText(path, "{ // by hand\n \"nick\": \"João\", \"rooms\": [\"#a\", \"#b\"], \"retentionDays\": 30, \"later\": {\"x\": 1}, }");

        var settings = ProfileSettings.Load(path);
        (settings with { Theme = "dark" }).Save(path);

        var again = ProfileSettings.Load(path);
        Assert.Equal(("João", "dark", 30), (again.Nick, again.Theme, again.RetentionDays));
        Assert.Equal(["#a", "#b"], again.Rooms!.Value);
        Assert.Equal(1, again.Unknown!["later"].GetProperty("x").GetInt32());
        Assert.Contains("João", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.DoesNotContain("null", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n \"port\": \"many\"\n}", "line 2: the value of port does not fit")]
    [InlineData("[1]", "it is no JSON object")]
    [InlineData("{\n\"nick\": \"a\"\n\"port\": 1}", "line 3")]
    public void Settings_that_cannot_be_understood_are_named_by_line_and_kept(string content, string message)
    {
        var path = _folder.File("settings.json");
        File.WriteAllText(path, content);
        var refused = Assert.Throws<InvalidDataException>(() => ProfileSettings.Load(path));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Correct it", refused.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(path));
    }

    [Fact]
    public void A_profiles_folder_is_its_owners_alone()
    {
        var profile = new ProfileFolder(_folder.File("profile"));
        profile.Create();
        profile.Create();
        Assert.True(Directory.Exists(profile.Path));
        if (!OperatingSystem.IsWindows()) Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(profile.Path));
        Assert.StartsWith(profile.Path, profile.History, StringComparison.Ordinal);
    }
}
