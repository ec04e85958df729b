using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>
/// How the proxies of some workloads are started (networking.istio.io ProxyConfig). Without a selector it is for its namespace, in the root
/// namespace for the whole mesh. Changes take force when a proxy starts.
/// </summary>
[NotEnforced(Stance.Warn, "Sidecars are started with the mesh's own settings; the object has no effect.")]
public sealed record ProxyConfig
{
    /// <summary>The workloads, of the object's namespace; null: all of it.</summary>
    public WorkloadSelector? Selector { get; init; }

    /// <summary>Threads that handle requests; 0: as many as the CPU limit or the machine has. Null: 2.</summary>
    [Range(0, int.MaxValue)]
    public int? Concurrency { get; init; }

    /// <summary>Environment variables the proxy is started with.</summary>
    public ImmutableSortedDictionary<string, string> EnvironmentVariables { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The proxy's container image; null: the one of the installation.</summary>
    public ProxyImage? Image { get; init; }
}

/// <summary>Which variant of the proxy's image is used.</summary>
public sealed record ProxyImage
{
    /// <summary>The variant: <c>default</c>, <c>debug</c>, <c>distroless</c> or one of one's own. Empty: default.</summary>
    public string ImageType { get; init; } = "";
}
