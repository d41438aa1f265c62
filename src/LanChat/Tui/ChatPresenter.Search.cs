using LanChat.Client;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Tui;

/// <content>Search in the room by the history's index, without loading it.</content>
internal sealed partial class ChatPresenter
{
    private string? _pendingSearch;

    private void BeginSearch(string words)
    {
        if (words.Length == 0)
        {
            AskForWords();
            return;
        }

        if (Rooms.Current is { } room)
        {
            (Search, _pendingSearch) = (words, words);
            int before = SelectedMessage.IsNone ? room.Timeline.Count : room.Timeline.From + Math.Max(0, room.Timeline.IndexOf(SelectedMessage));
            SearchBefore(room, words, before);
        }
    }

    // The newest message above that has all the words; another search, another room or Esc ends the wait for it.
    private void SearchBefore(RoomEntry room, string words, int before) => Post(new SearchQuery(room.Info.Label, words, before, Count: 1), answer =>
    {
        if (_pendingSearch != words || Rooms.Current != room)
        {
            return;
        }

        _pendingSearch = null;
        if (answer is TranscriptEvent { Entries: [var found] } page)
        {
            ShowFound(room, found.Id, page.From);
            return;
        }

        bool isFromEnd = before == room.Timeline.Count;
        Say(answer is ErrorEvent error ? error.Message : isFromEnd ? $"“{words}” is nowhere in {room.Name}." : $"“{words}” is nowhere above.", Tone.Dim);
    });

    private void ShowFound(RoomEntry room, EntryHash id, int place)
    {
        (SelectedMessage, Focus) = (id, Pane.Timeline);
        if (room.Timeline.IndexOf(id) >= 0)
        {
            LayOut(room);
            _layout.Show(id);
            return;
        }

        PageQuery query = room.Timeline.Jump(place - (Timeline.PageSize / 2));
        Post(query, answer =>
        {
            TakePage(room, query, answer);
            LayOut(room);
            _layout.Show(id);
        });
    }
}
