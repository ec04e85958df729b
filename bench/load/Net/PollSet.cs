using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mesh.Bench.Net;

/// <summary>
/// Sockets waited for together by <c>ppoll(2)</c>, one value of <typeparamref name="T"/> beside each. Used by one thread only.
/// A few dozen descriptors and one thread: poll is portable across architectures, and takes a timeout in nanoseconds, which the
/// fixed-rate mode needs and <c>Socket.Select</c> does not offer.
/// </summary>
internal sealed class PollSet<T>
{
    private PollDescriptor[] _descriptors = new PollDescriptor[64];
    private T[] _items = new T[64];

    public int Count { get; private set; }

    public T this[int index] => _items[index];

    public void Add(Socket socket, T item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _descriptors, Count * 2);
            Array.Resize(ref _items, Count * 2);
        }

        _descriptors[Count] = new PollDescriptor { Descriptor = (int)socket.SafeHandle.DangerousGetHandle(), Wanted = PollCall.Readable };
        _items[Count++] = item;
    }

    /// <summary>Removes by moving the last one into the gap: iterate from the end when removing.</summary>
    public void RemoveAt(int index)
    {
        Count--;
        _descriptors[index] = _descriptors[Count];
        _items[index] = _items[Count];
        _items[Count] = default!;
    }

    public bool IsReady(int index) => _descriptors[index].Ready != 0;

    /// <summary>Waits until at least one is readable or closed, or the time is over; answers how many are ready.</summary>
    public int Wait(TimeSpan timeout)
    {
        var nanoseconds = Math.Max(0, timeout.Ticks) * 100;
        var limit = new Timespec { Seconds = nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
        var ready = PollCall.Poll(ref MemoryMarshal.GetArrayDataReference(_descriptors), (nuint)Count, in limit, 0);
        if (ready >= 0)
            return ready;
        if (Marshal.GetLastPInvokeError() != PollCall.Interrupted)
            throw new InvalidOperationException($"ppoll failed with errno {Marshal.GetLastPInvokeError()}");

        // What ppoll leaves in the array when it is interrupted is not specified.
        for (var i = 0; i < Count; i++)
            _descriptors[i].Ready = 0;
        return 0;
    }
}

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public short Wanted;
    public short Ready;
}

/// <summary><c>struct timespec</c> of 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Timespec
{
    public long Seconds;
    public long Nanoseconds;
}

internal static partial class PollCall
{
    public const short Readable = 1;
    public const int Interrupted = 4;

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(ref PollDescriptor descriptors, nuint count, in Timespec timeout, nint signals);
}
