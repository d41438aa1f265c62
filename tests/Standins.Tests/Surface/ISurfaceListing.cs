namespace Standins.Tests.Surface;

/// <summary>
/// The form of a listing of a library's public surface. Lines are taken apart into facts that can each be true or not:
/// a type exists, it has a base, a member, an accessor, a value. A fact is one line of text.
/// </summary>
internal interface ISurfaceListing
{
    /// <summary>The facts that a listing states.</summary>
    IEnumerable<string> Read(IEnumerable<string> lines);

    /// <summary>The facts of a type, in the listing's form, value types marked as <see cref="TypeNames"/> says.</summary>
    IEnumerable<string> Describe(Type type);
}
