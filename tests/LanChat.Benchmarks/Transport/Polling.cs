using System.Runtime.InteropServices;

namespace LanChat.Benchmarks.Transport;

/// <summary>poll(2) and recv(2): which of many sockets have something to read, and what. Linux and macOS.</summary>
internal static partial class Polling
{
    public const short Readable = 1;

    /// <summary>Waits at most <paramref name="milliseconds"/>; the number of descriptors that have events.</summary>
    public static int Wait(PollDescriptor[] descriptors, int milliseconds) => Poll(descriptors, (nuint)descriptors.Length, milliseconds);

    /// <summary>One datagram from a socket that does not block; -1 when there is none. Socket.Receive costs as much again as the system call.</summary>
    public static int Receive(int descriptor, Span<byte> buffer) => (int)Receive(descriptor, buffer, (nuint)buffer.Length, 0);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = false)]
    private static partial nint Receive(int descriptor, Span<byte> buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll([In, Out] PollDescriptor[] descriptors, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollDescriptor
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
