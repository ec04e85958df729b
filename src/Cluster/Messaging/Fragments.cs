using Google.Protobuf;
using Mesh.Cluster.Wire;

namespace Mesh.Cluster.Messaging;

/// <summary>Cuts messages that would not fit into a remoting frame; Akka.Remote drops those with only a log line.</summary>
internal static class Fragments
{
    /// <summary>Payload of one fragment: with its envelope it stays below 64 KiB, so that heartbeats on the same connection are not held up.</summary>
    public const int MaxBytes = 48 * 1024;

    /// <summary>The message itself when it fits, otherwise its fragments, in order.</summary>
    public static IEnumerable<IMessage> Split(IMessage message)
    {
        var size = message.CalculateSize();
        return size <= MaxBytes ? [message] : Cut(message, size);
    }

    private static IEnumerable<IMessage> Cut(IMessage message, int size)
    {
        var bytes = message.ToByteString();
        var id = Guid.NewGuid().ToString("N");
        var count = (uint)((size + MaxBytes - 1) / MaxBytes);
        for (uint index = 0; index < count; index++)
        {
            var start = (int)index * MaxBytes;
            yield return new Fragment
            {
                Id = id,
                Manifest = WireSerializer.ManifestOf(message),
                Index = index,
                Count = count,
                Data = UnsafeByteOperations.UnsafeWrap(bytes.Memory.Slice(start, Math.Min(MaxBytes, size - start))),
            };
        }
    }
}
