using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;

namespace Mesh.NodeAgent.Model;

/// <summary>
/// The last model on disk: one line of JSON that says what it is and a checksum, then one delimited message per type. Written
/// to a neighbour and renamed over, so that a crash leaves the old file or the new one.
/// </summary>
internal sealed partial class ModelCache(string stateDirectory, string trustDomain, string node, ILogger<ModelCache> logger)
{
    private const int Format = 1;
    private const int MaxHeaderBytes = 4096;

    private string FilePath => Path.Combine(stateDirectory, "model");

    public void Write(IReadOnlyList<DeltaDiscoveryResponse> exported)
    {
        using var payload = new MemoryStream();
        foreach (var response in exported) response.WriteDelimitedTo(payload);
        var bytes = payload.GetBuffer().AsSpan(0, (int)payload.Length);
        var header = new Header(Format, trustDomain, node, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        AtomicFile.Write(FilePath, file =>
        {
            JsonSerializer.Serialize(file, header, CacheJson.Default.Header);
            file.WriteByte((byte)'\n');
            payload.WriteTo(file);
        });
    }

    /// <summary>What was written last; null, with the reason in the log, when there is none that can be trusted.</summary>
    public IReadOnlyList<DeltaDiscoveryResponse>? Read()
    {
        try
        {
            return Parse(File.ReadAllBytes(FilePath));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidDataException or InvalidProtocolBufferException)
        {
            Log.Ignored(logger, FilePath, e.Message, e);
            return null;
        }
    }

    private List<DeltaDiscoveryResponse> Parse(byte[] content)
    {
        var end = content.AsSpan(0, Math.Min(content.Length, MaxHeaderBytes)).IndexOf((byte)'\n');
        if (end < 0) throw new InvalidDataException("it has no header");
        var header = JsonSerializer.Deserialize(content.AsSpan(0, end), CacheJson.Default.Header) ?? throw new InvalidDataException("its header is null");
        var payload = content.AsMemory(end + 1);
        if (header.Format != Format) throw new InvalidDataException($"its format is {header.Format}, this version reads {Format}");
        if (header.TrustDomain != trustDomain || header.Node != node)
            throw new InvalidDataException($"it belongs to node '{header.Node}' of trust domain '{header.TrustDomain}'");
        if (payload.Length != header.Length || Convert.ToHexStringLower(SHA256.HashData(payload.Span)) != header.Sha256)
            throw new InvalidDataException("its checksum does not match");
        return ParsePayload(payload);
    }

    private static List<DeltaDiscoveryResponse> ParsePayload(ReadOnlyMemory<byte> payload)
    {
        List<DeltaDiscoveryResponse> responses = [];
        using var stream = new MemoryStream(payload.ToArray(), writable: false);
        while (stream.Position < stream.Length) responses.Add(DeltaDiscoveryResponse.Parser.ParseDelimitedFrom(stream));
        if (responses.Any(r => !MeshModel.Types.Contains(r.TypeUrl))) throw new InvalidDataException("it holds a type this version does not know");
        return responses;
    }

    internal sealed record Header(int Format, string TrustDomain, string Node, int Length, string Sha256);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The cached model {Path} is ignored: {Reason}")]
        public static partial void Ignored(ILogger logger, string path, string reason, Exception exception);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelCache.Header))]
internal sealed partial class CacheJson : JsonSerializerContext;
