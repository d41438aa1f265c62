namespace LiteNetLib;

/// <summary>A message cannot be sent as asked.</summary>
public class InvalidPacketException : ArgumentException
{
    /// <summary>With the reason.</summary>
    public InvalidPacketException(string message)
        : base(message)
    {
    }
}

/// <summary>A message is too big for the delivery method, which does not fragment, or needs too many fragments.</summary>
public class TooBigPacketException : InvalidPacketException
{
    /// <summary>With the reason.</summary>
    public TooBigPacketException(string message)
        : base(message)
    {
    }
}
