using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mesh.Sidecar.Hosting;

/// <summary>
/// What one proxy process is told at start (docs/reference/processes.md, mesh-sidecar). Not changed after it was read; its properties have
/// setters because the generated JSON reader gives init-only ones that are left out no default but null or zero.
/// </summary>
internal sealed record SidecarOptions
{
    public string Role { get; set; } = "sidecar";
    public string Namespace { get; set; } = "";
    public string Name { get; set; } = "";
    public string WorkloadName { get; set; } = "";
    public string ServiceAccount { get; set; } = "default";
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();
    public string TrustDomain { get; set; } = "cluster.local";
    public string ProxyAddress { get; set; } = "";
    public SidecarPorts Ports { get; set; } = new();
    public string AgentSocket { get; set; } = "";
    public string TokenFile { get; set; } = "";

    /// <summary>Has a directory with certificate and key for each credential that configuration names; empty: there is none.</summary>
    public string CredentialsDirectory { get; set; } = "";
    public int DrainSeconds { get; set; } = 5;

    /// <summary>Threads that carry connections; 0 leaves it to the proxy: half as many as there are processors.</summary>
    public int Concurrency { get; set; }
    public string MeshId { get; set; } = "";
    public string LogLevel { get; set; } = "information";

    [JsonIgnore]
    public bool IsGateway => Role == "gateway";

    /// <summary>Istio's node id: <c>ROLE~ADDRESS~NAME.NAMESPACE~NAMESPACE.svc.cluster.local</c>; Istio calls a gateway <c>router</c>,
    /// this mesh's contract says <c>gateway</c>.</summary>
    [JsonIgnore]
    public string NodeId => $"{Role}~{ProxyAddress}~{Name}.{Namespace}~{Namespace}.svc.cluster.local";

    /// <summary>Every problem of these options, in words; empty when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (Role is not ("sidecar" or "gateway")) errors.Add($"role: '{Role}' is neither sidecar nor gateway");
        Require(errors, "namespace", Namespace);
        Require(errors, "name", Name);
        Require(errors, "workloadName", WorkloadName);
        Require(errors, "serviceAccount", ServiceAccount);
        Require(errors, "trustDomain", TrustDomain);
        Require(errors, "agentSocket", AgentSocket);
        Require(errors, "tokenFile", TokenFile);
        if (!System.Net.IPAddress.TryParse(ProxyAddress, out _)) errors.Add($"proxyAddress: '{ProxyAddress}' is not an IP address");
        if (DrainSeconds is < 0 or > 3600) errors.Add($"drainSeconds: {DrainSeconds} is not between 0 and 3600");
        if (Concurrency is < 0 or > 256) errors.Add($"concurrency: {Concurrency} is not between 0 and 256");
        if (!Enum.TryParse<Microsoft.Extensions.Logging.LogLevel>(LogLevel, ignoreCase: true, out _))
            errors.Add($"logLevel: '{LogLevel}' is not a level");
        Ports.Validate(errors);
        return errors;
    }

    private static void Require(List<string> errors, string field, string value)
    {
        if (string.IsNullOrWhiteSpace(value)) errors.Add($"{field}: missing");
    }
}

/// <summary>Ports on the proxy's own address; 0 takes a free one (tests).</summary>
internal sealed record SidecarPorts
{
    public int Admin { get; set; } = 15000;
    public int Readiness { get; set; } = 15021;
    public int Metrics { get; set; } = 15090;

    public void Validate(List<string> errors)
    {
        foreach (var (name, port) in new[] { ("admin", Admin), ("readiness", Readiness), ("metrics", Metrics) })
            if (port is < 0 or > 65535) errors.Add($"ports.{name}: {port} is not a port");
    }
}

/// <summary>Reads the options file: one JSON document, comments and trailing commas allowed, unknown fields refused.</summary>
internal static class SidecarOptionsFile
{
    public static bool TryRead(string path, out SidecarOptions options, out IReadOnlyList<string> errors)
    {
        options = new SidecarOptions();
        try
        {
            using var file = File.OpenRead(path);
            options = JsonSerializer.Deserialize(file, SidecarJson.Default.SidecarOptions) ?? options;
            errors = options.Validate();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            errors = [$"{path}: {e.Message}"];
        }
        return errors.Count == 0;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SidecarOptions))]
internal sealed partial class SidecarJson : JsonSerializerContext;
