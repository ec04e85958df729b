using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Mesh.Core.Identity;

namespace Mesh.NodeAgent.Options;

/// <summary>Reads and checks the configuration file as a whole, so that its author sees every mistake at once.</summary>
internal sealed class AgentOptionsReader
{
    /// <summary>Length of <c>sun_path</c> on Linux less its terminator (unix(7)); a longer path fails only at bind.</summary>
    private const int MaxSocketPath = 107;

    private static readonly string[] Known =
    [
        "node", "address", "trustDomain", "replicas", "rootCertificate", "joinTokenFile", "socket", "workloadsDirectory", "stateDirectory", "ports",
    ];

    private readonly List<string> _errors = [];

    /// <summary>The options in <paramref name="json"/>; null, with every error, when something is wrong.</summary>
    public static AgentOptions? Read(string json, out IReadOnlyList<string> errors)
    {
        var reader = new AgentOptionsReader();
        errors = reader._errors;
        try
        {
            using var document = JsonDocument.Parse(
                json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            var options = reader.Read(document.RootElement);
            return reader._errors.Count == 0 ? options : null;
        }
        catch (JsonException e)
        {
            reader._errors.Add($"not valid JSON: {e.Message}");
            return null;
        }
    }

    private AgentOptions? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            _errors.Add("must be a JSON object");
            return null;
        }

        foreach (var property in root.EnumerateObject())
            if (!Known.Contains(property.Name)) _errors.Add($"{property.Name}: unknown field");
        var node = Text(root, "node");
        var trustDomain = Text(root, "trustDomain");
        if (node.Length > 0 && trustDomain.Length > 0 && !SpiffeId.TryParse($"spiffe://{trustDomain}/agent/{node}", out _))
            _errors.Add("node, trustDomain: they do not form a SPIFFE ID");
        var socket = Text(root, "socket");
        if (Encoding.UTF8.GetByteCount(socket) > MaxSocketPath) _errors.Add($"socket: longer than {MaxSocketPath} bytes, the limit of a socket's path");
        return new AgentOptions
        {
            Node = node,
            TrustDomain = trustDomain,
            Address = Address(root),
            Replicas = Replicas(root),
            RootCertificate = ExistingFile(root, "rootCertificate"),
            JoinTokenFile = ExistingFile(root, "joinTokenFile"),
            Socket = socket,
            WorkloadsDirectory = Text(root, "workloadsDirectory"),
            StateDirectory = Text(root, "stateDirectory"),
            HealthPort = HealthPort(root),
        };
    }

    private string Text(JsonElement root, string name)
    {
        if (root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text) return text;
        _errors.Add($"{name}: required, a string");
        return "";
    }

    private string ExistingFile(JsonElement root, string name)
    {
        var path = Text(root, name);
        if (path.Length > 0 && !File.Exists(path)) _errors.Add($"{name}: there is no file '{path}'");
        return path;
    }

    private IPAddress Address(JsonElement root)
    {
        var text = Text(root, "address");
        if (IPAddress.TryParse(text, out var address)) return address;
        if (text.Length > 0) _errors.Add($"address: '{text}' is not an IP address");
        return IPAddress.None;
    }

    private ImmutableArray<DnsEndPoint> Replicas(JsonElement root)
    {
        if (!root.TryGetProperty("replicas", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            _errors.Add("replicas: required, a list of HOST:PORT");
            return [];
        }

        var replicas = ImmutableArray.CreateBuilder<DnsEndPoint>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && ParseEndPoint(item.GetString()!) is { } replica) replicas.Add(replica);
            else _errors.Add($"replicas: '{item}' is not HOST:PORT");
        }

        return replicas.ToImmutable();
    }

    private static DnsEndPoint? ParseEndPoint(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0) return null;
        return new DnsEndPoint(text[..colon].Trim('[', ']'), port);
    }

    private int HealthPort(JsonElement root)
    {
        if (!root.TryGetProperty("ports", out var ports)) return 15020;
        if (ports.ValueKind != JsonValueKind.Object)
        {
            _errors.Add("ports: must be an object");
            return 0;
        }

        foreach (var property in ports.EnumerateObject())
            if (property.Name != "health") _errors.Add($"ports.{property.Name}: unknown field");
        if (!ports.TryGetProperty("health", out var health)) return 15020;
        if (health.ValueKind == JsonValueKind.Number && health.TryGetInt32(out var port) && port is >= 0 and <= 65535) return port;
        _errors.Add("ports.health: must be a port");
        return 0;
    }
}
