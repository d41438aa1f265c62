using System.Diagnostics.CodeAnalysis;
using System.Net;
using LanChat.Core.Links;
using LanChat.Core.Ordering;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// One running client, without socket, clock or disk. Composes the links to others, the rooms and the user's commands; owns nothing but
/// memory. Hand in inputs, drain outputs, come back by <see cref="NextWakeup"/> (see <see cref="INode"/>). Several inputs may be handed in
/// before the outputs are drained: what leaves for one peer on one channel is then one frame, and what is written one batch.
/// </summary>
public sealed class PeerNode : INode
{
    private readonly NodeContext _context;
    private readonly StoreQueue _store;
    private readonly LinkTable _links;
    private readonly RoomBook _rooms;
    private readonly PeerCommands _commands;
    private readonly PeerPresence _presence;
    private bool _isTurnOpen;

    /// <summary>Starts a client from what its store holds. The rooms' histories are asked for with the first outputs.</summary>
    public PeerNode(PeerNodeOptions options, PeerSnapshot snapshot, ICryptography crypto, IRandomSource random, Timestamp now)
    {
        _context = new NodeContext(options, crypto, random) { Now = now };
        _store = new StoreQueue(_context);
        var people = new People(_context, _store, snapshot);
        _links = new LinkTable(options, crypto, random, _context.Emit);
        var parts = new NodeParts(_store, new EntryShelf(_store), people, _links);
        _rooms = new RoomBook(_context, parts, snapshot);
        _presence = new PeerPresence(_context, parts, _rooms);
        _commands = new PeerCommands(_context, parts, _rooms, _presence);
        _links.SetProfile(people.Own);
        _links.Remember(snapshot.Addresses.Where(a => IPEndPoint.TryParse(a.Address, out _)).Select(a => (a.Id, IPEndPoint.Parse(a.Address))));
        _presence.LoadPins();
        _rooms.Start();
        _isTurnOpen = true;
    }

    /// <summary>How often something was dropped, timed out or came anew, by name.</summary>
    public IReadOnlyDictionary<string, long> Counters
    {
        get
        {
            var all = new Dictionary<string, long>(_context.Counters);
            foreach (var (name, count) in _links.Counters) all[name] = all.GetValueOrDefault(name) + count;
            return all;
        }
    }

    /// <inheritdoc/>
    public TimeSpan? NextWakeup
    {
        get
        {
            var next = _links.NextWakeup;
            foreach (var room in _rooms.All)
            {
                // A room that was left does not tick: its times would never pass.
                if (!room.IsActive) continue;
                ReadOnlySpan<TimeSpan?> wakeups =
                    [room.Sync.NextWakeup, room.Feed.NextWakeup, room.Outbox.NextWakeup, room.Display.NextWakeup, room.Upkeep.NextWakeup];
                foreach (var wakeup in wakeups)
                {
                    if (wakeup is not null && (next is null || wakeup < next)) next = wakeup;
                }
            }

            return next;
        }
    }

    /// <inheritdoc/>
    public void Handle(NodeInput input, Timestamp now)
    {
        _context.Now = now;
        _isTurnOpen = true;
        if (_links.Handle(input, now))
        {
            TakeLinkEvents();
            return;
        }

        switch (input)
        {
            case CommandGiven command: _commands.Handle(command); break;
            case StoreCommitted committed: _store.Handle(committed); break;
            case StoreFailed failed: _store.Handle(failed); break;
            case EntriesRead read: _store.Handle(read); break;
            case EntriesFound found: _store.Handle(found); break;
            case RoomPageLoaded page: _rooms.Handle(page); break;
            case TimePassed: break;
            default: _context.Count("input-not-for-a-peer"); break;
        }
    }

    /// <inheritdoc/>
    public bool TryTakeOutput([NotNullWhen(true)] out NodeOutput? output)
    {
        if (_isTurnOpen) EndTurn();
        return _context.TryTakeOutput(out output);
    }

    private void EndTurn()
    {
        _isTurnOpen = false;
        _links.Tick(_context.Now);
        TakeLinkEvents();
        foreach (var room in _rooms.Active)
        {
            room.Sync.Tick();
            room.Feed.Tick();
            room.Outbox.Reconsider();
            room.Display.Pump();
            room.Upkeep.Tick();
        }

        _store.EndTurn();
        _commands.Finish();
        _links.Flush(_context.Now);
    }

    private void TakeLinkEvents()
    {
        while (_links.TryTakeEvent(out var happened)) _presence.Handle(happened);
    }
}
