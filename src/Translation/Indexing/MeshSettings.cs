using Mesh.Core.Resources;
using Mesh.Core.Resources.Mesh;
using Mesh.Core.Resources.Networking;

namespace Mesh.Translation.Indexing;

/// <summary>The mesh-wide settings in force; compared by value.</summary>
internal sealed record MeshSettings
{
    public static readonly MeshSettings Default = new();

    /// <summary>Null when nobody wrote any.</summary>
    public ObjectKey? Source { get; private init; }

    public string RootNamespace { get; private init; } = "mesh-system";
    public bool AutoMutualTls { get; private init; } = true;
    public TimeSpan ConnectTimeout { get; private init; } = TimeSpan.FromSeconds(10);
    public HttpRetry? DefaultRetries { get; private init; }
    public TcpKeepalive? TcpKeepalive { get; private init; }

    /// <summary>Requests for hosts that the mesh does not know go through, rather than being refused.</summary>
    public bool AllowsUnknownHosts { get; private init; }

    /// <summary>Never <see cref="PathNormalizationType.Default"/>.</summary>
    public PathNormalizationType Paths { get; private init; } = PathNormalizationType.Base;

    /// <summary>For destinations whose rule says nothing of localities.</summary>
    public LocalityLoadBalancerSetting? Localities { get; private init; }

    public IEnumerable<string> CallerLabels => Localities is null ? [] : DestinationRuleTable.CallerLabelsOf(Localities);

    /// <summary>Default retries repeat requests of any method, as Istio's.</summary>
    public bool RetriesAnyMethod { get; private init; }

    /// <summary>Bytes of a request's body where no object says otherwise; null: no limit.</summary>
    public int? MaxRequestBytes { get; private init; }

    /// <summary>The oldest MeshConfig; the others are problems.</summary>
    public static (MeshSettings Settings, IEnumerable<TranslationProblem> Problems) From(IReadOnlyList<MeshObject> objects)
    {
        if (objects.Count == 0) return (Default, []);
        var ordered = objects.Order(Age.OldestFirst).ToList();
        var config = ordered[0].SpecAs<MeshConfig>();
        var settings = new MeshSettings
        {
            Source = ordered[0].Key,
            RootNamespace = config.RootNamespace.Length > 0 ? config.RootNamespace : Default.RootNamespace,
            AutoMutualTls = config.EnableAutoMtls ?? true,
            ConnectTimeout = config.ConnectTimeout ?? Default.ConnectTimeout,
            DefaultRetries = config.DefaultHttpRetryPolicy,
            TcpKeepalive = config.TcpKeepalive,
            AllowsUnknownHosts = config.OutboundTrafficPolicy?.Mode == OutboundTrafficPolicyMode.AllowAny,
            Paths = config.PathNormalization?.Normalization is { } paths and not PathNormalizationType.Default ? paths : Default.Paths,
            Localities = config.LocalityLbSetting,
            RetriesAnyMethod = config.RetryAnyMethod,
            MaxRequestBytes = config.MaxRequestBytes,
        };
        return (settings, Problems(ordered));
    }

    private static IEnumerable<TranslationProblem> Problems(List<MeshObject> ordered)
    {
        foreach (var other in ordered.Skip(1))
            yield return new TranslationProblem(other.Key, "", $"{ordered[0].Key} is older and in force.");
    }
}
