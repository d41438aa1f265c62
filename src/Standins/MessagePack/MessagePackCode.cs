namespace MessagePack;

/// <summary>The first byte of every MessagePack token (MessagePack specification, section "Formats").</summary>
public static class MessagePackCode
{
    public const byte MinFixInt = 0x00;
    public const byte MaxFixInt = 0x7f;
    public const byte MinFixMap = 0x80;
    public const byte MaxFixMap = 0x8f;
    public const byte MinFixArray = 0x90;
    public const byte MaxFixArray = 0x9f;
    public const byte MinFixStr = 0xa0;
    public const byte MaxFixStr = 0xbf;
    public const byte Nil = 0xc0;
    public const byte NeverUsed = 0xc1;
    public const byte False = 0xc2;
    public const byte True = 0xc3;
    public const byte Bin8 = 0xc4;
    public const byte Bin16 = 0xc5;
    public const byte Bin32 = 0xc6;
    public const byte Ext8 = 0xc7;
    public const byte Ext16 = 0xc8;
    public const byte Ext32 = 0xc9;
    public const byte Float32 = 0xca;
    public const byte Float64 = 0xcb;
    public const byte UInt8 = 0xcc;
    public const byte UInt16 = 0xcd;
    public const byte UInt32 = 0xce;
    public const byte UInt64 = 0xcf;
    public const byte Int8 = 0xd0;
    public const byte Int16 = 0xd1;
    public const byte Int32 = 0xd2;
    public const byte Int64 = 0xd3;
    public const byte FixExt1 = 0xd4;
    public const byte FixExt2 = 0xd5;
    public const byte FixExt4 = 0xd6;
    public const byte FixExt8 = 0xd7;
    public const byte FixExt16 = 0xd8;
    public const byte Str8 = 0xd9;
    public const byte Str16 = 0xda;
    public const byte Str32 = 0xdb;
    public const byte Array16 = 0xdc;
    public const byte Array32 = 0xdd;
    public const byte Map16 = 0xde;
    public const byte Map32 = 0xdf;
    public const byte MinNegativeFixInt = 0xe0;
    public const byte MaxNegativeFixInt = 0xff;

    private static readonly MessagePackType[] Types = BuildTypes();
    private static readonly string[] Names = BuildNames();

    /// <summary>The kind of value a token with this first byte holds; <see cref="MessagePackType.Unknown"/> for 0xc1 alone.</summary>
    public static MessagePackType ToMessagePackType(byte code) => Types[code];

    /// <summary>The specification's name of the format, for messages to people.</summary>
    public static string ToFormatName(byte code) => Names[code];

    private static MessagePackType[] BuildTypes()
    {
        var types = new MessagePackType[256];
        Array.Fill(types, MessagePackType.Integer);
        Fill(types, MinFixMap, MaxFixMap, MessagePackType.Map);
        Fill(types, MinFixArray, MaxFixArray, MessagePackType.Array);
        Fill(types, MinFixStr, MaxFixStr, MessagePackType.String);
        Fill(types, Nil, Nil, MessagePackType.Nil);
        Fill(types, NeverUsed, NeverUsed, MessagePackType.Unknown);
        Fill(types, False, True, MessagePackType.Boolean);
        Fill(types, Bin8, Bin32, MessagePackType.Binary);
        Fill(types, Ext8, Ext32, MessagePackType.Extension);
        Fill(types, Float32, Float64, MessagePackType.Float);
        Fill(types, FixExt1, FixExt16, MessagePackType.Extension);
        Fill(types, Str8, Str32, MessagePackType.String);
        Fill(types, Array16, Array32, MessagePackType.Array);
        Fill(types, Map16, Map32, MessagePackType.Map);
        return types;
    }

    private static string[] BuildNames()
    {
        var names = new string[256];
        Fill(names, MinFixInt, MaxFixInt, "positive fixint");
        Fill(names, MinFixMap, MaxFixMap, "fixmap");
        Fill(names, MinFixArray, MaxFixArray, "fixarray");
        Fill(names, MinFixStr, MaxFixStr, "fixstr");
        Fill(names, MinNegativeFixInt, MaxNegativeFixInt, "negative fixint");
        string[] single =
        [
            "nil", "(never used)", "false", "true", "bin 8", "bin 16", "bin 32", "ext 8", "ext 16", "ext 32", "float 32", "float 64",
            "uint 8", "uint 16", "uint 32", "uint 64", "int 8", "int 16", "int 32", "int 64",
            "fixext 1", "fixext 2", "fixext 4", "fixext 8", "fixext 16", "str 8", "str 16", "str 32", "array 16", "array 32", "map 16", "map 32",
        ];
        single.CopyTo(names, Nil);
        return names;
    }

    private static void Fill<T>(T[] table, byte first, byte last, T value) =>
        table.AsSpan(first, last - first + 1).Fill(value);
}
