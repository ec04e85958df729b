using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mesh.Sidecar.Transport;

/// <summary>What epoll says of a socket.</summary>
[Flags]
internal enum Readiness : uint
{
    None = 0,
    In = 0x1,
    Out = 0x4,
    Error = 0x8,
    HangUp = 0x10,
    PeerDone = 0x2000,
    EdgeTriggered = 1u << 31,
}

/// <summary>
/// An epoll set with a number beside each member, and an eventfd to wake whoever waits. Edge-triggered: a member is registered once and
/// reported when something changed. Used by one waiting thread; adding, removing and waking are safe from all.
/// </summary>
internal sealed unsafe partial class Epoll : IDisposable
{
    /// <summary>The number under which <see cref="Wake"/> is reported.</summary>
    public const long Woken = -1;

    private const int MaxEvents = 256;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int Add = 1;
    private const int Delete = 2;

    // struct epoll_event is packed on x86-64 and naturally aligned elsewhere: 4 bytes of events, 8 of data.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int Stride = DataOffset + 8;

    private readonly SafeFileHandle _set;
    private readonly SafeFileHandle _wake;
    private readonly byte[] _events = GC.AllocateUninitializedArray<byte>(MaxEvents * Stride, pinned: true);

    public Epoll()
    {
        _set = new SafeFileHandle(Check(epoll_create1(CloseOnExec)), ownsHandle: true);
        _wake = new SafeFileHandle(Check(eventfd(0, CloseOnExec | NonBlocking)), ownsHandle: true);
        Register(_wake, Woken, Readiness.In | Readiness.EdgeTriggered);
    }

    public void Register(SafeHandle member, long number, Readiness interest)
    {
        var change = stackalloc byte[Stride];
        Unsafe.WriteUnaligned(change, (uint)interest);
        Unsafe.WriteUnaligned(change + DataOffset, number);
        Check(epoll_ctl(_set, Add, member, change));
    }

    public void Remove(SafeHandle member)
    {
        var ignored = stackalloc byte[Stride];
        // The one failure there can be is that it is no member any more.
        _ = epoll_ctl(_set, Delete, member, ignored);
    }

    /// <summary>The number of members that have news; <see cref="this[int]"/> has them until the next call.</summary>
    public int Wait(bool block)
    {
        int count;
        // The array is pinned for good.
        var events = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_events));
        do count = epoll_wait(_set, events, MaxEvents, block ? -1 : 0);
        while (count < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted);
        return Check(count);
    }

    public (long Number, Readiness Readiness) this[int index]
    {
        get
        {
            ref var entry = ref _events[index * Stride];
            return (Unsafe.ReadUnaligned<long>(ref Unsafe.Add(ref entry, DataOffset)), (Readiness)Unsafe.ReadUnaligned<uint>(ref entry));
        }
    }

    public void Wake()
    {
        var one = 1L;
        // It can only fail when the counter is full, and then the waiter is awake.
        _ = write(_wake, &one, sizeof(long));
    }

    public void Dispose()
    {
        _set.Dispose();
        _wake.Dispose();
    }

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(SafeFileHandle set, int operation, SafeHandle member, byte* change);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(SafeFileHandle set, byte* events, int max, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeFileHandle file, long* value, nuint length);
}
