using System.Reflection;

namespace Standins.Tests.Surface;

/// <summary>What other assemblies can see of a type.</summary>
internal static class Members
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Every type that another assembly can name, nested ones included.</summary>
    public static IEnumerable<Type> VisibleTypes(Assembly assembly) => assembly.GetTypes().Where(IsVisible);

    public static IEnumerable<ConstructorInfo> Constructors(Type type) =>
        type.GetConstructors(Declared).Where(constructor => !constructor.IsStatic && IsVisible(constructor));

    public static IEnumerable<MethodInfo> Methods(Type type) =>
        type.GetMethods(Declared).Where(method => IsVisible(method) && !IsAccessor(method) && method.Name[0] != '<');

    public static IEnumerable<FieldInfo> Fields(Type type) =>
        type.GetFields(Declared).Where(field => (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName);

    public static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsVisible));

    public static IEnumerable<EventInfo> Events(Type type) => type.GetEvents(Declared).Where(member => IsVisible(member.AddMethod!));

    public static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    /// <summary>The base class, if it says anything, and the interfaces it does not have already.</summary>
    public static IEnumerable<Type> Bases(Type type)
    {
        bool saysSomething = type is { IsClass: true, BaseType: not null } && type.BaseType != typeof(object);
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        return (saysSomething ? [type.BaseType!] : Type.EmptyTypes).Concat(type.GetInterfaces().Except(inherited).Where(IsVisible));
    }

    private static bool IsVisible(Type type) =>
        type.IsNested ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!) : type.IsPublic;

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);
}
