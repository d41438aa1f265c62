using LanChat.Core.Links;
using LanChat.Core.Ordering;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>All rooms of a client, joined or not, and how they come and go.</summary>
internal sealed class RoomBook
{
    /// <summary>Opened bodies that are read from disk at a time when a room is loaded.</summary>
    private const int ReadCount = 512;

    private readonly NodeContext _context;
    private readonly NodeParts _parts;
    private readonly Dictionary<RoomId, ChatRoom> _rooms = new();
    private readonly List<ChatRoom> _inOrder = [];
    private readonly Dictionary<RoomId, List<EntryHash>> _meanings = new();
    private readonly HashSet<ChatRoom> _loading = [];
    private readonly HashSet<RoomId> _forgotten = [];

    public RoomBook(NodeContext context, NodeParts parts, PeerSnapshot snapshot)
    {
        _context = context;
        _parts = parts;
        parts.Rooms = () => _inOrder;
        Values = new Dictionary<string, ReadOnlyMemory<byte>>(snapshot.Values);
        foreach (var stored in snapshot.Rooms) Add(Open(stored), stored.Other, stored.Relay).IsJoined = stored.IsJoined;
    }

    /// <summary>Named values as the store holds them.</summary>
    public Dictionary<string, ReadOnlyMemory<byte>> Values { get; }

    public IReadOnlyList<ChatRoom> All => _inOrder;

    /// <summary>Joined and loaded.</summary>
    public IEnumerable<ChatRoom> Active => _inOrder.Where(r => r.IsActive).ToList();

    /// <summary>Set when the link to a relay is up.</summary>
    public RelaySession? Relay { get; set; }

    /// <summary>Asks for the stored histories and joins the rooms the options name. Those kept from before are joined as they were.</summary>
    public void Start()
    {
        foreach (var name in _context.Options.Rooms)
        {
            if (!RoomNames.TryFold(name, out _, out _)) continue;
            var secret = RoomSecret.Public(_context.Crypto, _context.Options.Network, name);
            if (!_rooms.TryGetValue(secret.Id, out var room)) room = AddNew(secret, PeerId.None, null);
            if (!room.IsJoined && !IsInNamesake(room))
            {
                room.IsJoined = true;
                _parts.Store.Write(new PutRoom(room.ToStored()));
            }
        }

        foreach (var room in _inOrder)
        {
            if (room.IsLoaded)
            {
                if (room.IsJoined) Activate(room);
                continue;
            }

            _loading.Add(room);
            _context.Emit(new LoadRoom(room.Id));
        }

        _parts.Links.SetRooms(JoinedSecrets());
        if (_loading.Count == 0) Ready();
    }

    /// <summary>Whether the profile is in a private room of this name: then that one is meant.</summary>
    private bool IsInNamesake(ChatRoom room) =>
        _inOrder.Exists(r => r.IsJoined && r != room && r.Secret.Kind != RoomKind.Direct && r.Secret.FoldedName == room.Secret.FoldedName);

    public ChatRoom? Find(RoomId id) => _rooms.GetValueOrDefault(id);

    /// <summary>The room of this entry.</summary>
    public ChatRoom? FindByEntry(EntryHash entry) => _inOrder.FirstOrDefault(r => r.Log.Contains(entry));

    /// <summary>Takes part in a room, new or known from before.</summary>
    public ChatRoom Join(RoomSecret secret, PeerId other, RelayAddress? relay)
    {
        if (!_rooms.TryGetValue(secret.Id, out var room))
        {
            room = AddNew(secret, other, relay);
            _parts.People.Keep(other);
            _parts.Store.Write(new PutRoom(room.ToStored()));
        }

        if (room.IsJoined) return room;
        room.IsJoined = true;
        _parts.Store.Write(new PutRoom(room.ToStored()));
        if (room.IsLoaded) Activate(room);
        return room;
    }

    /// <summary>Takes no more part; the history stays.</summary>
    public void Part(ChatRoom room)
    {
        foreach (var session in _parts.Links.Sessions.Where(s => s.SharedRooms.Contains(room.Id)).ToList())
        {
            _parts.Links.Send(session, new PartMessage(default), room.Id);
        }

        room.Feed.Part();
        room.IsJoined = false;
        foreach (var peer in room.Sync.Partners.Keys.ToList()) room.Sync.Leave(peer);
        room.Members.Clear();
        _parts.Store.Write(new PutRoom(room.ToStored()));
        _parts.Links.SetRooms(JoinedSecrets());
        _context.Tell(new PartedEvent(room.Describe(_parts.People)));
    }

    /// <summary>Deletes a room's history and key here.</summary>
    public void Forget(ChatRoom room)
    {
        if (room.IsJoined) Part(room);
        _rooms.Remove(room.Id);
        _inOrder.Remove(room);
        _meanings.Remove(room.Id);
        _parts.Store.Write(new ForgetRoom(room.Id));

        // How far a relay's log was read, what was removed and what was seen: whoever comes back begins at the beginning.
        var id = room.Id.ToString();
        foreach (var name in Values.Keys.Where(name => name.Contains(id, StringComparison.Ordinal)).ToList())
        {
            Values.Remove(name);
            _parts.Store.Write(new PutValue(name, default));
        }

        _forgotten.Add(room.Id);
        NotLoading(room);
    }

    /// <summary>The direct room with somebody, made if need be.</summary>
    public ChatRoom Direct(Profile other) => Join(RoomSecret.Direct(_context.Crypto, _context.Identity, other), other.Id, null);

    public void Handle(RoomPageLoaded page)
    {
        if (!_rooms.TryGetValue(page.Room, out var room) || room.IsLoaded) return;
        foreach (var stored in page.Entries)
        {
            if (!EntryCodec.TryDecodeHeader(stored.Header, out var entry, out var rejection))
            {
                _context.Count("stored-entry", rejection);
                continue;
            }

            room.Log.Load(stored, entry, _context.Now.Monotonic);
            if (EntryKinds.HasMeaning(stored.Kind) && !stored.Flags.HasFlag(EntryFlags.BodyDropped)) MeaningsOf(room.Id).Add(entry.Hash);
            if (stored.Flags.HasFlag(EntryFlags.BodyDropped)) room.Sync.CameWithoutBody(entry.Hash);
        }

        foreach (var stamp in page.Stamps) room.Log.LoadStamp(stamp);
        if (page.IsLast) ReadMeanings(room, 0);
    }

    public IReadOnlyCollection<RoomSecret> JoinedSecrets() => [.. _inOrder.Where(r => r.IsJoined).Select(r => r.Secret)];

    private List<EntryHash> MeaningsOf(RoomId room)
    {
        if (!_meanings.TryGetValue(room, out var list)) _meanings[room] = list = [];
        return list;
    }

    /// <summary>Edits, deletes, reactions, topics and the like are opened when a room is loaded; texts stay on disk until they are shown.</summary>
    private void ReadMeanings(ChatRoom room, int from)
    {
        var hashes = MeaningsOf(room.Id);
        if (from >= hashes.Count)
        {
            _meanings.Remove(room.Id);
            Loaded(room);
            return;
        }

        _parts.Store.Read(room.Id, [.. hashes.Skip(from).Take(ReadCount)], read =>
        {
            if (Find(room.Id) != room) return;
            foreach (var encoded in read)
            {
                if (encoded.IsEmpty || !EntryCodec.TryDecode(encoded, out var entry, out _) || entry.IsBodyDropped) continue;
                room.Meaning.Feed(entry.Hash, EntrySeal.Open(room.Secret, entry));
            }

            ReadMeanings(room, from + ReadCount);
        });
    }

    private void Loaded(ChatRoom room)
    {
        room.IsLoaded = true;
        room.Sync.BodiesLoaded();
        room.Display.OrderChanged();
        if (room.IsJoined) Activate(room);
        NotLoading(room);
    }

    private void NotLoading(ChatRoom room)
    {
        if (_loading.Remove(room) && _loading.Count == 0) Ready();
    }

    private void Ready() => _parts.Store.AfterCommit(() => _context.Tell(new ReadyEvent(_context.Self, _parts.People.Own.Nick)));

    private void Activate(ChatRoom room)
    {
        room.Upkeep.Start(Values);
        _parts.Links.SetRooms(JoinedSecrets());
        _context.Tell(new JoinedEvent(room.Describe(_parts.People)));
        room.Outbox.Start();
        foreach (var session in _parts.Links.Sessions.Where(s => s.SharedRooms.Contains(room.Id)).ToList())
        {
            room.Members.Linked(session.PeerId);
            room.Sync.Join(session);
        }

        if (Relay is { } relay) room.Feed.Connect(relay, Values);
        room.Display.Pump();
    }

    /// <summary>A room of which nothing is stored: it needs no loading.</summary>
    private ChatRoom AddNew(RoomSecret secret, PeerId other, RelayAddress? relay)
    {
        var room = Add(secret, other, relay);
        room.IsLoaded = true;
        return room;
    }

    private ChatRoom Add(RoomSecret secret, PeerId other, RelayAddress? relay)
    {
        var room = new ChatRoom(_context, _parts, secret, other, relay);
        if (_forgotten.Contains(secret.Id)) room.Outbox.MayHaveWritten = true;
        _rooms.Add(secret.Id, room);
        _inOrder.Add(room);
        return room;
    }

    private RoomSecret Open(StoredRoom stored) =>
        RoomSecret.FromKey(_context.Crypto, stored.Kind, stored.Key.Span, stored.Network, stored.Name, stored.Creator);
}
