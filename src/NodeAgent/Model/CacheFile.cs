using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;

namespace Mesh.NodeAgent.Model;

/// <summary>
/// A file of messages that a restart reads: one line of JSON that says what it is and a checksum, then the messages. Written to a neighbour
/// and renamed over, so that a crash leaves the old file or the new one.
/// </summary>
internal sealed partial class CacheFile(string path, string trustDomain, string node, ILogger logger)
{
    private const int Format = 1;
    private const int MaxHeaderBytes = 4096;

    public void Write(IEnumerable<IMessage> messages)
    {
        using var payload = new MemoryStream();
        foreach (var message in messages) message.WriteDelimitedTo(payload);
        var bytes = payload.GetBuffer().AsSpan(0, (int)payload.Length);
        var header = new Header(Format, trustDomain, node, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        AtomicFile.Write(path, file =>
        {
            JsonSerializer.Serialize(file, header, CacheJson.Default.Header);
            file.WriteByte((byte)'\n');
            payload.WriteTo(file);
        });
    }

    /// <summary>What <paramref name="parse"/> makes of what was written last; null, with the reason in the log, when there is none that can be trusted.</summary>
    public T? Read<T>(Func<MemoryStream, T> parse) where T : class
    {
        try
        {
            return parse(new MemoryStream(Payload(File.ReadAllBytes(path)), writable: false));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidDataException or InvalidProtocolBufferException)
        {
            Log.Ignored(logger, path, e.Message, e);
            return null;
        }
    }

    private byte[] Payload(byte[] content)
    {
        var end = content.AsSpan(0, Math.Min(content.Length, MaxHeaderBytes)).IndexOf((byte)'\n');
        if (end < 0) throw new InvalidDataException("it has no header");
        var header = JsonSerializer.Deserialize(content.AsSpan(0, end), CacheJson.Default.Header) ?? throw new InvalidDataException("its header is null");
        var payload = content[(end + 1)..];
        if (header.Format != Format) throw new InvalidDataException($"its format is {header.Format}, this version reads {Format}");
        if (header.TrustDomain != trustDomain || header.Node != node)
            throw new InvalidDataException($"it belongs to node '{header.Node}' of trust domain '{header.TrustDomain}'");
        if (payload.Length != header.Length || Convert.ToHexStringLower(SHA256.HashData(payload)) != header.Sha256)
            throw new InvalidDataException("its checksum does not match");
        return payload;
    }

    internal sealed record Header(int Format, string TrustDomain, string Node, int Length, string Sha256);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The cache {Path} is ignored: {Reason}")]
        public static partial void Ignored(ILogger logger, string path, string reason, Exception exception);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CacheFile.Header))]
internal sealed partial class CacheJson : JsonSerializerContext;
