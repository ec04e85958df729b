using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>When and how often a failed request is tried again (Istio's HTTPRetry).</summary>
public sealed record HttpRetry
{
    /// <summary>Tries after the first; 0 turns retries off. A rule without retries gets the mesh's default, 2.</summary>
    [Range(0, 1000)]
    public int Attempts { get; init; }

    /// <summary>For one try, the first included; at least 1 ms. Null: the route's timeout.</summary>
    [Duration(1)]
    public TimeSpan? PerTryTimeout { get; init; }

    /// <summary>Comma-separated conditions and status codes, as Envoy's x-envoy-retry-on and x-envoy-retry-grpc-on; empty: Istio's default.</summary>
    public string RetryOn { get; init; } = "";

    /// <summary>Whether retries may go to other localities than the first try. Null: no.</summary>
    public bool? RetryRemoteLocalities { get; init; }

    /// <summary>Whether retries avoid endpoints that were tried already. Null: yes. Since Istio 1.26.</summary>
    public bool? RetryIgnorePreviousHosts { get; init; }

    /// <summary>The shortest pause between tries; it grows with each and is random. At least 1 ms. Null: 25 ms. Since Istio 1.26.</summary>
    [Duration(1)]
    public TimeSpan? Backoff { get; init; }
}
