using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Tui;

/// <summary>Somebody on the network.</summary>
internal sealed class Person
{
    /// <summary>Somebody known by id.</summary>
    public Person(PeerId id)
    {
        Id = id;
    }

    /// <summary>Who.</summary>
    public PeerId Id { get; }

    /// <summary>The nickname as told last.</summary>
    public string Nick { get; set; } = string.Empty;

    /// <summary>How this person is reached; None for gone.</summary>
    public PeerPath Path { get; set; } = PeerPath.None;

    /// <summary>There and back; zero if not known.</summary>
    public TimeSpan RoundTrip { get; set; }

    /// <summary>The user compared the fingerprints.</summary>
    public bool IsVerified { get; set; }

    /// <summary>The user wants to hear nothing.</summary>
    public bool IsMuted { get; set; }

    /// <summary>Why the user should look twice; empty for no reason.</summary>
    public string Doubt { get; set; } = string.Empty;

    /// <summary>● on the LAN, ◐ through NATs, ◌ through the relay, ○ gone.</summary>
    public string Sign => Path switch { PeerPath.Lan => "●", PeerPath.Punched => "◐", PeerPath.Relay => "◌", _ => "○" };

    /// <summary>Round trip as a few characters.</summary>
    public string Delay => Path == PeerPath.None ? "gone"
        : RoundTrip <= TimeSpan.Zero ? "—"
        : RoundTrip < TimeSpan.FromMilliseconds(1) ? "<1ms"
        : RoundTrip < TimeSpan.FromSeconds(10) ? $"{RoundTrip.TotalMilliseconds:0}ms" : $"{RoundTrip.TotalSeconds:0}s";
}

/// <summary>Everybody heard of, and who shares a nickname with whom.</summary>
internal sealed class PeopleBook
{
    private readonly Dictionary<PeerId, Person> _people = [];
    private readonly Dictionary<string, PeerId> _firstBearer = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Everybody.</summary>
    public IReadOnlyCollection<Person> All => _people.Values;

    /// <summary>How many are reached now.</summary>
    public int Reached => _people.Values.Count(person => person.Path != PeerPath.None);

    /// <summary>Somebody by id, or null.</summary>
    public Person? Find(PeerId id) => _people.GetValueOrDefault(id);

    /// <summary>The people a user may mean: by nickname, <c>nick#tag</c>, or the beginning of the id.</summary>
    public IReadOnlyList<Person> Find(string typed)
    {
        string name = typed.TrimStart('@');
        List<Person> exact = [.. All.Where(person => name.Equals(Name(person), StringComparison.OrdinalIgnoreCase))];
        List<Person> byNick = exact.Count > 0 ? exact : [.. All.Where(person => name.Equals(person.Nick, StringComparison.OrdinalIgnoreCase))];
        return byNick.Count > 0 || name.Length < 4
            ? byNick
            : [.. All.Where(person => person.Id.ToString().StartsWith(name, StringComparison.OrdinalIgnoreCase))];
    }

    /// <summary>Takes a change in.</summary>
    public Person Update(PeerEvent told)
    {
        Person person = Named(told.PeerId, told.Nick);
        person.Path = told.IsUp ? told.Path : PeerPath.None;
        person.RoundTrip = told.RoundTrip;
        return person;
    }

    /// <summary>Takes a member of a room in.</summary>
    public Person Update(MemberInfo told)
    {
        Person person = Named(told.PeerId, told.Nick);
        person.Path = told.Path;
        person.RoundTrip = told.RoundTrip;
        person.IsVerified = told.IsVerified;
        return person;
    }

    /// <summary>Knows somebody by a nickname; a nickname that somebody else bore before is a doubt until the user says it is fine.</summary>
    public Person Named(PeerId id, string nick)
    {
        if (!_people.TryGetValue(id, out Person? person))
        {
            _people[id] = person = new Person(id);
        }

        if (nick.Length > 0 && nick != person.Nick)
        {
            person.Nick = nick;
            if (_firstBearer.TryAdd(nick, id) || _firstBearer[nick] == id)
            {
                return person;
            }

            person.Doubt = $"somebody else was {nick} before";
        }

        return person;
    }

    /// <summary>The nickname, with the beginning of the id where two share it.</summary>
    public string Name(Person person)
    {
        bool shared = All.Any(other => other != person && other.Nick.Equals(person.Nick, StringComparison.OrdinalIgnoreCase));
        return shared ? $"{person.Nick}#{person.Id.Tag}" : person.Nick;
    }

    /// <summary>The name of an id; the beginning of the id for somebody never heard of.</summary>
    public string Name(PeerId id) => Find(id) is { Nick.Length: > 0 } person ? Name(person) : id.Tag;

    /// <summary>The user says that this person is who the nickname says.</summary>
    public void Clear(Person person)
    {
        person.Doubt = string.Empty;
        _firstBearer[person.Nick] = person.Id;
    }
}
