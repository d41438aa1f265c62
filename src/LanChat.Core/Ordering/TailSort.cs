using LanChat.Core.Rooms;

namespace LanChat.Core.Ordering;

/// <summary>The tail's definition as an algorithm: a topological sort that always takes the least key (Kahn, with a heap).</summary>
internal static class TailSort
{
    /// <summary>Puts rows in order. What they depend on outside the list has its place already.</summary>
    public static void Sort(EntryTable table, List<int> rows, Action<int, List<int>> dependencies, Comparison<int> compare)
    {
        var local = new Dictionary<int, int>(rows.Count);
        for (var i = 0; i < rows.Count; i++) local[rows[i]] = i;
        var waitsFor = new int[rows.Count];
        var edges = new List<(int Before, int Next)>();
        var first = new int[rows.Count];
        Array.Fill(first, -1);
        var found = new List<int>();
        for (var i = 0; i < rows.Count; i++)
        {
            found.Clear();
            dependencies(rows[i], found);
            foreach (var dependency in found)
            {
                if (table[dependency].Place > 0 || !local.TryGetValue(dependency, out var before)) continue;
                waitsFor[i]++;
                edges.Add((i, first[before]));
                first[before] = edges.Count - 1;
            }
        }
        var ready = new PriorityQueue<int, int>(rows.Count, Comparer<int>.Create(compare));
        for (var i = 0; i < rows.Count; i++)
        {
            if (waitsFor[i] == 0) ready.Enqueue(i, rows[i]);
        }
        var sorted = new List<int>(rows.Count);
        while (ready.TryDequeue(out var next, out var row))
        {
            sorted.Add(row);
            for (var edge = first[next]; edge >= 0; edge = edges[edge].Next)
            {
                if (--waitsFor[edges[edge].Before] == 0) ready.Enqueue(edges[edge].Before, rows[edges[edge].Before]);
            }
        }
        rows.Clear();
        rows.AddRange(sorted);
    }
}
