using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Kubernetes;

/// <summary>A Kubernetes Namespace as far as the mesh reads it; what matters are its labels, such as <c>istio-injection</c>.</summary>
[PartialModel]
public sealed record Namespace
{
    /// <summary>Its state.</summary>
    public NamespaceStatus? Status { get; init; }
}

/// <summary>The state of a Namespace.</summary>
[PartialModel]
public sealed record NamespaceStatus
{
    /// <summary>Active or Terminating.</summary>
    public string Phase { get; init; } = "";
}
