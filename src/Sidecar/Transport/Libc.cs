using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mesh.Sidecar.Transport;

/// <summary>
/// The system calls of the data path. Handles are passed as <see cref="SafeHandle"/>s, so that none is closed, and its number given to
/// another connection, while a call is under way.
/// </summary>
internal static unsafe partial class Libc
{
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int InProgress = 115;

    public const int Peek = 0x2;
    private const int DuplicateCloseOnExec = 1030;
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;

    /// <summary>Bytes read, 0 at the end of the stream, or minus errno.</summary>
    public static int Receive(SafeSocketHandle socket, Span<byte> buffer, int flags)
    {
        fixed (byte* bytes = buffer)
        {
            while (true)
            {
                var count = recv(socket, bytes, (nuint)buffer.Length, flags | DontWait);
                if (count >= 0) return (int)count;
                var error = Marshal.GetLastPInvokeError();
                if (error != Interrupted) return -error;
            }
        }
    }

    /// <summary>Bytes taken, or minus errno.</summary>
    public static int Send(SafeSocketHandle socket, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            while (true)
            {
                var count = send(socket, bytes, (nuint)buffer.Length, DontWait | NoSignal);
                if (count >= 0) return (int)count;
                var error = Marshal.GetLastPInvokeError();
                if (error != Interrupted) return -error;
            }
        }
    }

    /// <summary>0, or minus errno; <see cref="InProgress"/> where the answer is yet to come.</summary>
    public static int Connect(SafeSocketHandle socket, ReadOnlySpan<byte> address)
    {
        fixed (byte* bytes = address)
            return connect(socket, bytes, (uint)address.Length) == 0 ? 0 : -Marshal.GetLastPInvokeError();
    }

    /// <summary>Another descriptor of the same open file, closed by whoever asked for it.</summary>
    public static int Duplicate(SafeHandle descriptor)
    {
        var copy = fcntl(descriptor, DuplicateCloseOnExec, 0);
        return copy >= 0 ? copy : throw new SocketException((int)SocketError.TooManyOpenSockets);
    }

    /// <summary>False when it was none.</summary>
    public static bool Close(int descriptor) => close(descriptor) == 0;

    /// <summary>What .NET's own sockets would throw, inside the <see cref="IOException"/> that streams throw.</summary>
    public static IOException Error(int errno)
    {
        var inner = new SocketException((int)(errno switch
        {
            32 => SocketError.Shutdown,
            101 => SocketError.NetworkUnreachable,
            103 => SocketError.ConnectionAborted,
            104 => SocketError.ConnectionReset,
            110 => SocketError.TimedOut,
            111 => SocketError.ConnectionRefused,
            113 => SocketError.HostUnreachable,
            _ => SocketError.SocketError,
        }));
        return new IOException($"{inner.Message} (errno {errno})", inner);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(SafeSocketHandle socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(SafeSocketHandle socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(SafeHandle descriptor, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(SafeSocketHandle socket, byte* address, uint length);
}
