namespace Terminal.Gui.Drivers;

/// <summary>Rows that the terminal can move itself (DECSTBM, SU, SD): rows Top to Bottom, up by <see cref="By"/>, down where that is negative.</summary>
internal readonly record struct ScrollPlan(int Top, int Bottom, int By)
{
    /// <summary>A screen that differs in fewer cells is sent as it is.</summary>
    private const int WorthLooking = 120;

    /// <summary>Moving must save at least this many cells: the sequences, and cells of other panes in the same rows, cost too.</summary>
    private const int WorthDoing = 60;

    /// <summary>The farthest move looked for, in rows.</summary>
    private const int Farthest = 6;

    /// <summary>The move that leaves the fewest cells to send, or null.</summary>
    public static ScrollPlan? Find(ScreenBuffer screen, ScreenDiff.Row[] shown)
    {
        int rows = shown.Length;
        var differing = new int[rows];
        int total = 0;
        for (int row = 0; row < rows; row++)
        {
            differing[row] = shown[row].Differences(screen, row);
            total += differing[row];
        }

        if (total < WorthLooking)
        {
            return null;
        }

        ScrollPlan? best = null;
        int bestGain = WorthDoing;
        for (int by = -Farthest; by <= Farthest; by++)
        {
            if (by != 0 && BestRun(screen, shown, differing, by) is { } run && run.Gain > bestGain)
            {
                (best, bestGain) = (run.Plan, run.Gain);
            }
        }

        return best;
    }

    // The run of rows with the largest sum of cells saved, each row taking what is shown `by` rows below it.
    private static (ScrollPlan Plan, int Gain)? BestRun(ScreenBuffer screen, ScreenDiff.Row[] shown, int[] differing, int by)
    {
        int bestGain = 0;
        (int First, int Last) best = (0, -1);
        int sum = 0;
        int first = Math.Max(0, -by);
        for (int row = first; row < shown.Length && row + by < shown.Length; row++)
        {
            if (sum <= 0)
            {
                (sum, first) = (0, row);
            }

            sum += differing[row] - shown[row + by].Differences(screen, row);
            if (sum > bestGain)
            {
                (bestGain, best) = (sum, (first, row));
            }
        }

        if (best.Last < best.First)
        {
            return null;
        }

        ScrollPlan plan = by > 0 ? new(best.First, best.Last + by, by) : new(best.First + by, best.Last, by);
        // The rows that scroll in come empty.
        var empty = new ScreenDiff.Row(screen.Cols, new(Drawing.Color.None, Drawing.Color.None));
        (int from, int to) = by > 0 ? (best.Last + 1, plan.Bottom) : (plan.Top, best.First - 1);
        for (int row = from; row <= to; row++)
        {
            bestGain += differing[row] - empty.Differences(screen, row);
        }

        return (plan, bestGain);
    }
}
