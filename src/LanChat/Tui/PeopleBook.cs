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

    /// <summary>There and back, in whole milliseconds; zero if not known, or less than one.</summary>
    public TimeSpan RoundTrip { get; set; }

    /// <summary>The user compared the fingerprints.</summary>
    public bool IsVerified { get; set; }

    /// <summary>The user wants to hear nothing.</summary>
    public bool IsMuted { get; set; }

    /// <summary>Was here since the start, and so is in the list; others are known from before and can be written to.</summary>
    public bool IsListed { get; set; }

    /// <summary>Why the user should look twice; empty for no reason.</summary>
    public string Doubt { get; set; } = string.Empty;

    /// <summary>● on the LAN, ◐ through NATs, ◌ through the relay, ○ gone.</summary>
    public string Sign => Path switch { PeerPath.Lan => "●", PeerPath.Punched => "◐", PeerPath.Relay => "◌", _ => "○" };

    /// <summary>The way in words.</summary>
    public string Way => Path switch
    {
        PeerPath.Lan => "on the LAN",
        PeerPath.Punched => "through NATs",
        PeerPath.Relay => "through the relay",
        _ => "gone",
    };

    /// <summary>How somebody is reached, and how fast; for who is gone nothing more.</summary>
    public string Reach => Path == PeerPath.None ? Way : $"{Way}, {Delay}";

    /// <summary>Round trip as a few characters. On a LAN it is often less than the millisecond it is measured in.</summary>
    public string Delay => Path == PeerPath.None ? "gone"
        : RoundTrip < TimeSpan.FromMilliseconds(1) ? (Path == PeerPath.Lan ? "<1ms" : "—")
        : RoundTrip < TimeSpan.FromSeconds(10) ? $"{RoundTrip.TotalMilliseconds:0}ms" : $"{RoundTrip.TotalSeconds:0}s";
}

/// <summary>Everybody heard of, and who shares a nickname with whom.</summary>
internal sealed class PeopleBook
{
    private readonly Dictionary<PeerId, Person> _people = [];
    private readonly Dictionary<string, List<Person>> _bearers = new(StringComparer.OrdinalIgnoreCase);

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
        int hash = name.LastIndexOf('#');
        List<Person> byNick = hash > 0
            ? [.. Now(name[..hash]).Where(person => person.Id.ToString().StartsWith(name[(hash + 1)..], StringComparison.OrdinalIgnoreCase))]
            : [.. Now(name)];
        // Whoever is here is meant before those known from other days.
        List<Person> here = [.. byNick.Where(person => person.IsListed)];
        byNick = here.Count > 0 ? here : byNick;
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

    /// <summary>
    /// Takes in whom the profile knows from before. Where several of them bear one nickname, nobody remembers who was first: those whose
    /// fingerprints were not compared are doubtful.
    /// </summary>
    public void Remember(IEnumerable<Acquaintance> acquaintances)
    {
        foreach (Acquaintance known in acquaintances)
        {
            Person person = Get(known.PeerId);
            (person.IsVerified, person.IsMuted) = (known.IsVerified, known.IsMuted);
            Bear(person, known.Nick);
        }

        foreach (List<Person> bearers in _bearers.Values.Where(bearers => bearers.Count > 1))
        {
            foreach (Person person in bearers.Where(person => !person.IsVerified && person.Doubt.Length == 0))
            {
                person.Doubt = DoubtOf(person.Nick);
            }
        }
    }

    /// <summary>Knows somebody who is here by a nickname; one that somebody else bore before is a doubt until the user says it is fine.</summary>
    public Person Named(PeerId id, string nick)
    {
        Person person = Get(id);
        person.IsListed = true;
        if (nick.Length > 0 && nick != person.Nick && Bear(person, nick) && !person.IsVerified)
        {
            person.Doubt = DoubtOf(nick);
        }

        return person;
    }

    /// <summary>The nickname, with the beginning of the id where two share it.</summary>
    public string Name(Person person) =>
        person.Nick.Length > 0 && Now(person.Nick).Any(other => other != person) ? $"{person.Nick}#{person.Id.Tag}" : person.Nick;

    /// <summary>The name of an id; the beginning of the id for somebody never heard of.</summary>
    public string Name(PeerId id) => Find(id) is { Nick.Length: > 0 } person ? Name(person) : id.Tag;

    /// <summary>The user says that this person is who the nickname says.</summary>
    public void Clear(Person person) => person.Doubt = string.Empty;

    private static string DoubtOf(string nick) => $"somebody else was {nick} before";

    private Person Get(PeerId id)
    {
        if (!_people.TryGetValue(id, out Person? person))
        {
            _people[id] = person = new Person(id);
        }

        return person;
    }

    // Those who bear the nickname now; who bore it and took another is remembered too, but not meant.
    private IEnumerable<Person> Now(string nick) =>
        _bearers.GetValueOrDefault(nick)?.Where(person => person.Nick.Equals(nick, StringComparison.OrdinalIgnoreCase)) ?? [];

    /// <summary>Gives somebody a nickname; true if somebody else bears it or bore it.</summary>
    private bool Bear(Person person, string nick)
    {
        person.Nick = nick;
        if (!_bearers.TryGetValue(nick, out List<Person>? bearers))
        {
            _bearers[nick] = bearers = [];
        }

        bool isFirst = bearers.Count == 0 || bearers[0] == person;
        if (!bearers.Contains(person))
        {
            bearers.Add(person);
        }

        return !isFirst;
    }
}
