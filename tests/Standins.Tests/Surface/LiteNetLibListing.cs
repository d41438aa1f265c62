using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Standins.Tests.Surface;

/// <summary>
/// One line per member: <c>Type.Method(int a) : static bool</c>, <c>Type.Property : int { get; }</c>, <c>Type :: class : Base</c>.
/// </summary>
internal sealed partial class LiteNetLibListing : ISurfaceListing
{
    private static readonly TypeNames Names = new(new Dictionary<Type, string>
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(char)] = "char",
        [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int",
        [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double",
    });

    public IEnumerable<string> Read(IEnumerable<string> lines) => TakeApart(lines).Select(Canonical);

    public IEnumerable<string> Describe(Type type) => DescribeParts(type).Select(Canonical);

    private static IEnumerable<string> TakeApart(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            Match type = TypeLine().Match(line);
            Match property = PropertyLine().Match(line);
            if (type.Success)
            {
                yield return $"{type.Groups["name"].Value} :: {type.Groups["kind"].Value}";
                foreach (string entry in SplitOutsideBrackets(type.Groups["bases"].Value))
                    yield return $"{type.Groups["name"].Value} : {entry}";
            }
            else if (property.Success)
            {
                foreach (string accessor in property.Groups["accessors"].Value.Split("; "))
                    yield return $"{property.Groups["member"].Value} {{ {accessor.TrimEnd(';')} }}";
            }
            else
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> DescribeParts(Type type)
    {
        string name = Names.Unmarked(type);
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return [$"delegate {Names.Of(invoke.ReturnType)} {name}({Parameters(invoke)})"];
        }

        if (type.IsEnum)
            return DescribeEnum(type, name);

        return Members.Bases(type).Select(entry => $"{name} : {Names.Unmarked(entry)}").Prepend($"{name} :: {TypeNames.Kind(type)}")
            .Concat(Members.Constructors(type).Select(ctor => $"{name}.ctor({Parameters(ctor)}){(ctor.IsPublic ? "" : " protected")}"))
            .Concat(Members.Methods(type).Select(method => $"{name}.{Describe(method)}"))
            .Concat(Members.Fields(type).Select(field => $"{name}.{Describe(field)}"))
            .Concat(Members.Properties(type).SelectMany(property => Accessors(property).Select(accessor => $"{name}.{accessor}")))
            .Concat(Members.Events(type).Select(member => $"{name}.{member.Name} : event {Names.Of(member.EventHandlerType!)}"));
    }

    private static IEnumerable<string> DescribeEnum(Type type, string name)
    {
        Type underlying = Enum.GetUnderlyingType(type);
        yield return $"{name} :: enum {Names.Unmarked(underlying)}";
        foreach (object value in Enum.GetValues(type))
            yield return $"{name}.{value} = {Convert.ChangeType(value, underlying, CultureInfo.InvariantCulture)}";
    }

    private static string Describe(MethodInfo method)
    {
        bool isOpen = method is { IsVirtual: true, IsFinal: false } && !method.DeclaringType!.IsInterface;
        string modifiers = (method.IsPublic ? "" : "protected ") + (method.IsStatic ? "static " : "") + (isOpen ? "virtual " : "");
        string constraints = string.Concat(method.GetGenericArguments().Select(Constraints));
        return $"{TypeNames.OfMethod(method)}({Parameters(method)}) : {modifiers}{Names.Of(method.ReturnType)}{constraints}";
    }

    private static string Describe(FieldInfo field)
    {
        string modifiers = (field.IsPublic ? "" : "protected ") + (field.IsStatic ? "static " : "")
            + (field.IsLiteral ? "const " : field.IsInitOnly ? "readonly " : "");
        string value = field.IsLiteral ? " = " + Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture) : "";
        return $"{field.Name} : {modifiers}{Names.Of(field.FieldType)}{value}";
    }

    private static IEnumerable<string> Accessors(PropertyInfo property)
    {
        foreach (MethodInfo accessor in property.GetAccessors(nonPublic: true).Where(Members.IsVisible))
        {
            string kind = (accessor.IsPublic ? "" : "protected ") + (accessor == property.GetMethod ? "get" : "set");
            yield return $"{property.Name} : {(accessor.IsStatic ? "static " : "")}{Names.Of(property.PropertyType)} {{ {kind} }}";
        }
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        TypeNames.Modifier(parameter) + $"{Names.Of(parameter.ParameterType)} {parameter.Name}"
        + (parameter.HasDefaultValue ? " = " + Convert.ToString(parameter.DefaultValue ?? "default", CultureInfo.InvariantCulture) : "")));

    private static string Constraints(Type parameter)
    {
        GenericParameterAttributes special = parameter.GenericParameterAttributes;
        List<string> constraints = [];
        if (special.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            constraints.Add("class");
        if (special.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
            constraints.Add("struct");
        constraints.AddRange(parameter.GetGenericParameterConstraints().Select(Names.Unmarked));
        if (special.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
            constraints.Add("new()");
        return constraints.Count == 0 ? "" : $" where {parameter.Name}:{string.Join(",", constraints)}";
    }

    /// <summary>Neither the order of constraints nor a space after a comma says anything.</summary>
    private static string Canonical(string fact)
    {
        string[] halves = fact.Replace(", ", ",").Split(" where ", 2);
        return halves.Length < 2
            ? halves[0]
            : $"{halves[0]} where {string.Join(",", halves[1].Split(',', ':', ' ').Order(StringComparer.Ordinal))}";
    }

    private static IEnumerable<string> SplitOutsideBrackets(string list) => list.Length == 0 ? [] : CommaOutsideBrackets().Split(list);

    [GeneratedRegex(@"^(?<name>\S+) :: (?<kind>(?:enum \w+|(?:\w+ )*(?:class|struct|interface)))(?: : (?<bases>.*))?$")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^(?<member>.*) \{ (?<accessors>.*) \}$")]
    private static partial Regex PropertyLine();

    [GeneratedRegex(@", (?![^<]*>)")]
    private static partial Regex CommaOutsideBrackets();
}
