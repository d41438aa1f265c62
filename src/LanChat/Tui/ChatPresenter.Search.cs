using LanChat.Client;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Tui;

/// <content>Search in the room, page by page, without loading it.</content>
internal sealed partial class ChatPresenter
{
    /// <summary>Messages looked through at once by a search.</summary>
    private const int SearchPage = Timeline.PageSize;

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
            int from = SelectedMessage.IsNone ? room.Timeline.Count : room.Timeline.From + Math.Max(0, room.Timeline.IndexOf(SelectedMessage));
            SearchBefore(room, words, from, from);
        }
    }

    // Pages of the store, from the newest back, until something fits; another search, another room or Esc ends it.
    private void SearchBefore(RoomEntry room, string words, int before, int start)
    {
        if (before <= 0)
        {
            _pendingSearch = null;
            Say(start == room.Timeline.Count ? $"“{words}” is nowhere in {room.Name}." : $"“{words}” is nowhere above.", Tone.Dim);
            return;
        }

        int from = Math.Max(0, before - SearchPage);
        Post(new PageQuery(room.Info.Id, from, before - from), answer =>
        {
            if (_pendingSearch != words || Rooms.Current != room || answer is not TranscriptEvent page)
            {
                return;
            }

            int hit = -1;
            for (int i = page.Entries.Length - 1; i >= 0 && hit < 0; i--)
            {
                hit = page.Entries[i].Text.Contains(words, StringComparison.CurrentCultureIgnoreCase) ? i : -1;
            }

            if (hit < 0)
            {
                SearchBefore(room, words, from, start);
                return;
            }

            _pendingSearch = null;
            ShowFound(room, page.Entries[hit].Id, from);
        });
    }

    private void ShowFound(RoomEntry room, EntryHash id, int from)
    {
        (SelectedMessage, Focus) = (id, Pane.Timeline);
        if (room.Timeline.IndexOf(id) >= 0)
        {
            LayOut(room);
            _layout.Show(id);
            return;
        }

        PageQuery query = room.Timeline.Jump(from);
        Post(query, answer =>
        {
            TakePage(room, query, answer);
            LayOut(room);
            _layout.Show(id);
        });
    }
}
