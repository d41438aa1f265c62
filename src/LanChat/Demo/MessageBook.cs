namespace LanChat.Demo;

/// <summary>Every message of the demo and who has been shown it: what the table at the end is made of.</summary>
internal sealed class MessageBook
{
    private readonly List<Message> _messages = [];
    private readonly Dictionary<string, Message> _byId = [];

    /// <summary>Notes what somebody wrote.</summary>
    public void Wrote(Message message)
    {
        if (_byId.TryAdd(message.Id, message)) _messages.Add(message);
    }

    /// <summary>A message by its id.</summary>
    public Message? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Messages with this text.</summary>
    public IEnumerable<Message> With(string text) => _messages.Where(m => m.Text == text);

    /// <summary>Whether a message is for somebody: written in a room the person is in, or to the person alone.</summary>
    public static bool IsFor(Message message, Person person) =>
        message.Author != person.Name && (message.Room is { } room ? person.Rooms.Contains(room) : message.To == person.Name);

    /// <summary>Messages for a running person that the person has not been shown.</summary>
    public IEnumerable<Message> Lacking(Person person) => person.IsRunning ? _messages.Where(m => IsFor(m, person) && !person.Shown.ContainsKey(m.Id)) : [];

    /// <summary>How many messages a person was shown more than once.</summary>
    public static int Twice(Person person) => person.Shown.Values.Count(times => times > 1);
}

/// <summary>A message that somebody wrote in the demo.</summary>
/// <param name="Id">Entry hash.</param>
/// <param name="Author">The person's name.</param>
/// <param name="Room">With #; null for a direct message.</param>
/// <param name="To">Of a direct message.</param>
/// <param name="Text">What.</param>
/// <param name="At">When its own author was shown it.</param>
internal sealed record Message(string Id, string Author, string? Room, string? To, string Text, long At);
