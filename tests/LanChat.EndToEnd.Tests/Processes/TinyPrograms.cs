using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace LanChat.EndToEnd.Tests;

/// <summary>The smallest programs there are, written as the tests run, to measure against: one that does nothing, one that shows a label.</summary>
internal static class TinyPrograms
{
    private const string TerminalGui = "LanChat.Standins.Terminal.Gui";

    /// <summary>A program whose main method returns; answers with its path.</summary>
    public static string WriteEmpty(string folder) => Write(folder, "empty", il => il.Emit(OpCodes.Ret));

    /// <summary>A program that runs a window with a label, with the terminal library that the client was built with; null where that is the original.</summary>
    public static string? WriteLabel(string folder, string text)
    {
        var library = Path.Combine(Path.GetDirectoryName(ProgramFiles.Client)!, TerminalGui + ".dll");
        if (!File.Exists(library)) return null;
        File.Copy(library, Path.Combine(folder, TerminalGui + ".dll"), overwrite: true);
        var assembly = Assembly.LoadFrom(library);
        Type Get(string name) => assembly.GetType("Terminal.Gui." + name, throwOnError: true)!;
        return Write(folder, "label", il =>
        {
            var application = Get("App.IApplication");
            var window = il.DeclareLocal(Get("Views.Window"));
            il.Emit(OpCodes.Newobj, Get("Views.Window").GetConstructor([])!);
            il.Emit(OpCodes.Stloc, window);
            il.Emit(OpCodes.Ldnull);
            il.Emit(OpCodes.Call, Get("App.Application").GetMethod("Create")!);
            il.Emit(OpCodes.Ldnull);
            il.Emit(OpCodes.Callvirt, application.GetMethod("Init")!);
            il.Emit(OpCodes.Ldloc, window);
            il.Emit(OpCodes.Newobj, Get("Views.Label").GetConstructor([])!);
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldstr, text);
            il.Emit(OpCodes.Callvirt, Get("ViewBase.View").GetProperty("Text")!.SetMethod!);
            il.Emit(OpCodes.Callvirt, Get("ViewBase.View").GetMethod("Add", [Get("ViewBase.View")])!);
            il.Emit(OpCodes.Pop);
            il.Emit(OpCodes.Ldloc, window);
            il.Emit(OpCodes.Ldnull);
            il.Emit(OpCodes.Callvirt, application.GetMethods().Single(method => method is { Name: "Run", IsGenericMethod: false }));
            il.Emit(OpCodes.Pop);
            il.Emit(OpCodes.Ret);
        });
    }

    private static string Write(string folder, string name, Action<ILGenerator> emit)
    {
        var builder = new PersistedAssemblyBuilder(new AssemblyName(name), typeof(object).Assembly);
        var type = builder.DefineDynamicModule(name).DefineType("Program");
        var main = type.DefineMethod("Main", MethodAttributes.Public | MethodAttributes.Static, typeof(void), []);
        emit(main.GetILGenerator());
        type.CreateType();
        var metadata = builder.GenerateMetadata(out var code, out var data);
        var file = new ManagedPEBuilder(
            PEHeaderBuilder.CreateExecutableHeader(), new MetadataRootBuilder(metadata), code, data, entryPoint: MetadataTokens.MethodDefinitionHandle(main.MetadataToken));
        var image = new BlobBuilder();
        file.Serialize(image);
        var path = Path.Combine(folder, name + ".dll");
        File.WriteAllBytes(path, image.ToArray());
        File.Copy(Path.ChangeExtension(ProgramFiles.Client, "runtimeconfig.json"), Path.ChangeExtension(path, "runtimeconfig.json"));
        return path;
    }
}
