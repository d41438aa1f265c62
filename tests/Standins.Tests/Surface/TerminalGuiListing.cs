using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Standins.Tests.Surface;

/// <summary>
/// A paragraph per type: <c>=== Namespace :: class Type : Base</c>, then its members as C# declares them, indented; an enum's values in one line.
/// </summary>
internal sealed partial class TerminalGuiListing : ISurfaceListing
{
    private static readonly TypeNames Names = new(new Dictionary<Type, string>
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(byte)] = "byte",
        [typeof(int)] = "int",
    });

    public IEnumerable<string> Read(IEnumerable<string> lines)
    {
        string type = "";
        foreach (string line in lines.Where(line => line.Length > 0))
        {
            Match header = TypeLine().Match(line);
            Match values = EnumLine().Match(line);
            Match property = PropertyLine().Match(line);
            if (header.Success)
            {
                type = $"{header.Groups["namespace"].Value}.{header.Groups["name"].Value}";
                yield return $"{type} :: {header.Groups["kind"].Value}";
                foreach (string entry in SplitOutsideBrackets(header.Groups["bases"].Value))
                    yield return $"{type} : {entry}";
            }
            else if (values.Success)
            {
                yield return $"{type} :: enum {values.Groups["underlying"].Value}";
                foreach (string value in values.Groups["values"].Value.Split(", "))
                    yield return $"{type} :: {value}";
            }
            else if (property.Success)
            {
                foreach (string accessor in property.Groups["accessors"].Value.Split("; "))
                    yield return $"{type} :: {property.Groups["member"].Value} {{ {accessor.TrimEnd(';')} }}";
            }
            else
            {
                yield return $"{type} :: {line.Trim()}";
            }
        }
    }

    public IEnumerable<string> Describe(Type type)
    {
        string name = $"{type.Namespace}.{Names.Unmarked(type)}";
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return [$"{name} :: delegate", $"{name} :: {Describe(invoke)}"];
        }

        if (type.IsEnum)
            return DescribeEnum(type, name);

        return Members.Bases(type).Select(entry => $"{name} : {Names.Unmarked(entry)}").Prepend($"{name} :: {TypeNames.Kind(type)}")
            .Concat(Members.Constructors(type).Select(ctor => $"{name} :: {Visibility(ctor)}ctor({Parameters(ctor)})".Trim()))
            .Concat(Members.Methods(type).Select(method => $"{name} :: {Describe(method)}"))
            .Concat(Members.Fields(type).Select(field => $"{name} :: {Describe(field)}"))
            .Concat(Members.Properties(type).SelectMany(property => Accessors(property).Select(accessor => $"{name} :: {accessor}")))
            .Concat(Members.Events(type).Select(member => $"{name} :: {Describe(member)}"));
    }

    private static IEnumerable<string> DescribeEnum(Type type, string name)
    {
        Type underlying = Enum.GetUnderlyingType(type);
        yield return $"{name} :: enum";
        yield return $"{name} :: enum {Names.Unmarked(underlying)}";
        foreach (string value in Enum.GetNames(type))
            yield return $"{name} :: {value}={Convert.ChangeType(Enum.Parse(type, value), underlying, CultureInfo.InvariantCulture)}";
    }

    private static string Describe(MethodInfo method) =>
        $"{Visibility(method)}{Openness(method)}{Names.Of(method.ReturnType)} {TypeNames.OfMethod(method)}({Parameters(method)})";

    private static string Describe(FieldInfo field)
    {
        string value = field.IsLiteral ? " = " + Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture) : "";
        return $"field {(field.IsStatic ? "static " : "")}{Names.Of(field.FieldType)} {field.Name}{value}";
    }

    private static string Describe(EventInfo member)
    {
        MethodInfo add = member.AddMethod!;
        return $"{Visibility(add)}{(add.IsStatic ? "static " : "")}event {Names.Of(member.EventHandlerType!)} {member.Name}";
    }

    private static IEnumerable<string> Accessors(PropertyInfo property)
    {
        MethodInfo[] accessors = [.. property.GetAccessors(nonPublic: true).Where(Members.IsVisible)];
        MethodInfo widest = accessors.FirstOrDefault(accessor => accessor.IsPublic) ?? accessors[0];
        string member = $"{Visibility(widest)}{Openness(widest)}{Names.Of(property.PropertyType)} {property.Name}";
        foreach (MethodInfo accessor in accessors)
        {
            bool isInit = accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit));
            string kind = accessor == property.GetMethod ? "get" : isInit ? "init" : "set";
            yield return $"{member} {{ {(widest.IsPublic && !accessor.IsPublic ? "protected " : "")}{kind} }}";
        }
    }

    private static string Visibility(MethodBase method) => method.IsPublic ? "public " : "protected ";

    private static string Openness(MethodInfo method)
    {
        if (method.IsStatic)
            return "static ";
        if (!method.IsVirtual || method.IsFinal || method.DeclaringType!.IsInterface)
            return "";
        return method.GetBaseDefinition() != method ? "override " : method.IsAbstract ? "abstract " : "virtual ";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        TypeNames.Modifier(parameter) + $"{Names.Of(parameter.ParameterType)} {parameter.Name}" + Default(parameter)));

    private static string Default(ParameterInfo parameter)
    {
        if (!parameter.HasDefaultValue)
            return "";
        object? value = parameter.DefaultValue;
        if (value is not null && parameter.ParameterType.IsEnum)
            value = Enum.ToObject(parameter.ParameterType, value);
        return " = " + (value is null ? "null/default" : Convert.ToString(value, CultureInfo.InvariantCulture));
    }

    private static IEnumerable<string> SplitOutsideBrackets(string list) => list.Length == 0 ? [] : CommaOutsideBrackets().Split(list);

    [GeneratedRegex(
        @"^=== (?<namespace>\S+) :: (?<kind>(?:static |sealed |abstract |ref )?(?:class|struct|interface|enum|delegate)) "
        + @"(?<name>[^: ][^:]*?)(?: : (?<bases>.*))?$")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^  \((?<underlying>\w+)\) (?<values>.*)$")]
    private static partial Regex EnumLine();

    [GeneratedRegex(@"^  (?<member>(?:public|protected) .*) \{ (?<accessors>.*) \}$")]
    private static partial Regex PropertyLine();

    [GeneratedRegex(@", (?![^<]*>)")]
    private static partial Regex CommaOutsideBrackets();
}
