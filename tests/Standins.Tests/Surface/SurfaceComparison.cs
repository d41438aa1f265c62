using System.Reflection;

namespace Standins.Tests.Surface;

/// <summary>Finds what an assembly shows to others and a listing of the original does not have.</summary>
internal sealed class SurfaceComparison
{
    private readonly ISurfaceListing _form;
    private readonly ILookup<string, string> _listed;

    public SurfaceComparison(ISurfaceListing form, IEnumerable<string> listing)
    {
        _form = form;
        _listed = form.Read(listing).ToLookup(Bare);
    }

    /// <summary>The facts of the assembly that the listing lacks, sorted.</summary>
    public IReadOnlyList<string> Unlisted(Assembly assembly) =>
    [
        .. from type in Members.VisibleTypes(assembly)
           from fact in _form.Describe(type)
           where !IsListed(fact)
           orderby Readable(fact)
           select Readable(fact),
    ];

    public bool IsListed(string fact) => _listed[Bare(fact)].Any(listed => AgreeOnNull(fact, listed));

    /// <summary>
    /// Annotations of reference types are not compared: listings differ in whether they have them. A value type is nullable on both sides or on neither.
    /// </summary>
    private static bool AgreeOnNull(string fact, string listed)
    {
        int at = 0;
        foreach (char unit in fact)
        {
            bool questioned = at < listed.Length && listed[at] == '?';
            if (unit == TypeNames.NotNullable && questioned)
                return false;
            if (unit == TypeNames.NotNullable)
                continue;
            if (unit == '?' && !questioned)
                return false;
            while (unit != '?' && at < listed.Length && listed[at] == '?')
                at++;
            at++;
        }

        return true;
    }

    private static string Bare(string fact) => fact.Replace("?", "").Replace(TypeNames.NotNullable.ToString(), "");

    private static string Readable(string fact) => fact.Replace(TypeNames.NotNullable.ToString(), "");
}
