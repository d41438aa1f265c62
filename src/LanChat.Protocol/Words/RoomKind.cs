namespace LanChat.Protocol;

/// <summary>How a room's key came about (PROTOCOL.md, section 1).</summary>
public enum RoomKind
{
    /// <summary>From network and name: whoever knows both reads.</summary>
    Public = 0,

    /// <summary>Random, with a creator; spread by invites.</summary>
    Private = 1,

    /// <summary>From a passphrase.</summary>
    Passphrase = 2,

    /// <summary>Of two people's agreement keys.</summary>
    Direct = 3,
}
