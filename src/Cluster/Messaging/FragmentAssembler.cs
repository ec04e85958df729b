using System.Runtime.Serialization;
using Akka.Event;
using Google.Protobuf;
using Mesh.Cluster.Wire;

namespace Mesh.Cluster.Messaging;

/// <summary>
/// Puts fragments together again, in any order and with repeats. Owned by one actor. Bounded: at most <see cref="MaxOpen"/>
/// messages are open; the oldest is given up for a new one, its sender asks or is asked again. A whole that this version cannot read is
/// left out with a warning, as remoting does with messages that come in one piece: a newer replica may not stop an older one.
/// </summary>
internal sealed class FragmentAssembler(Action<Exception> onUnreadable)
{
    private const int MaxOpen = 16;
    private const int MaxFragments = 4096;

    private readonly Dictionary<string, Open> _open = [];
    private readonly Queue<string> _order = new();

    /// <summary>One whose warnings go to its actor's log.</summary>
    public static FragmentAssembler Warning(ILoggingAdapter log) =>
        new(e => log.Warning(e, "A message in fragments cannot be read and is left out"));

    /// <summary>The whole message once its last missing fragment is here, null before.</summary>
    public IMessage? Add(Fragment fragment)
    {
        if (fragment.Count is 0 or > MaxFragments || fragment.Index >= fragment.Count) return null;
        if (!_open.TryGetValue(fragment.Id, out var open)) open = Begin(fragment);
        if (open.Parts.Length != fragment.Count || open.Parts[fragment.Index] is not null) return null;
        open.Parts[fragment.Index] = fragment.Data;
        if (--open.Missing > 0) return null;
        _open.Remove(fragment.Id);
        try
        {
            return WireSerializer.Parse(fragment.Manifest, Join(open.Parts!));
        }
        catch (Exception e) when (e is SerializationException or InvalidProtocolBufferException)
        {
            onUnreadable(e);
            return null;
        }
    }

    private Open Begin(Fragment fragment)
    {
        while (_open.Count >= MaxOpen) _open.Remove(_order.Dequeue());
        var open = new Open(new ByteString?[fragment.Count]);
        _open[fragment.Id] = open;
        _order.Enqueue(fragment.Id);
        if (_order.Count > 4 * MaxOpen) Compact();
        return open;
    }

    private void Compact()
    {
        var alive = _order.Where(_open.ContainsKey).ToArray();
        _order.Clear();
        foreach (var id in alive) _order.Enqueue(id);
    }

    private static byte[] Join(ByteString[] parts)
    {
        var bytes = new byte[parts.Sum(p => p.Length)];
        var at = 0;
        foreach (var part in parts)
        {
            part.Span.CopyTo(bytes.AsSpan(at));
            at += part.Length;
        }
        return bytes;
    }

    private sealed class Open(ByteString?[] parts)
    {
        public ByteString?[] Parts { get; } = parts;
        public int Missing { get; set; } = parts.Length;
    }
}
