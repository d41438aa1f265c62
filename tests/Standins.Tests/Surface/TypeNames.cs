using System.Reflection;

namespace Standins.Tests.Surface;

/// <summary>
/// Writes types as a listing does. After a value type stands <see cref="NotNullable"/> or, when it is nullable, a question mark;
/// reference types carry neither, so that <see cref="SurfaceComparison"/> can pass over annotations but not over a lost <c>int?</c>.
/// </summary>
internal sealed class TypeNames(IReadOnlyDictionary<Type, string> keywords)
{
    /// <summary>Marks a value type that is not nullable.</summary>
    public const char NotNullable = '!';

    public string Of(Type type)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!);
        if (type.IsArray)
            return Of(type.GetElementType()!) + "[]";
        if (type.IsGenericParameter)
            return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Of(underlying).TrimEnd(NotNullable) + "?";
        return Unmarked(type) + (type.IsValueType ? NotNullable : "");
    }

    /// <summary>The type's name with the types it is nested in and its arguments.</summary>
    public string Unmarked(Type type)
    {
        if (keywords.TryGetValue(type, out string? keyword))
            return keyword;

        Type[] arguments = type.GetGenericArguments();
        int inherited = type.IsNested ? type.DeclaringType!.GetGenericArguments().Length : 0;
        string outer = type.IsNested ? Unmarked(type.DeclaringType!) + "." : "";
        string name = type.Name.Split('`')[0];
        return arguments.Length == inherited
            ? outer + name
            : $"{outer}{name}<{string.Join(", ", arguments.Skip(inherited).Select(Of))}>";
    }

    /// <summary>"Name" or "Name&lt;T&gt;".</summary>
    public static string OfMethod(MethodInfo method) => method.IsGenericMethodDefinition
        ? $"{method.Name}<{string.Join(",", method.GetGenericArguments().Select(argument => argument.Name))}>"
        : method.Name;

    public static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsByRefLike: true } => "ref struct",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    public static string Modifier(ParameterInfo parameter)
    {
        if (parameter.IsDefined(typeof(ParamArrayAttribute)))
            return "params ";
        if (!parameter.ParameterType.IsByRef)
            return "";
        return parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ";
    }
}
