using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Kubernetes;

/// <summary>Routes into a cluster in Kubernetes' older form (networking.k8s.io/v1 Ingress), read in order to convert it.</summary>
public sealed record IngressSpec
{
    /// <summary>The class of gateway it is for; empty: the annotation <c>kubernetes.io/ingress.class</c>, or the default class.</summary>
    public string IngressClassName { get; init; } = "";

    /// <summary>Where requests go that match no rule; null: they are answered 404.</summary>
    public IngressBackend? DefaultBackend { get; init; }

    /// <summary>Certificates by host.</summary>
    public ImmutableArray<IngressTls> Tls { get; init; } = [];

    /// <summary>Rules by host.</summary>
    public ImmutableArray<IngressRule> Rules { get; init; } = [];
}

/// <summary>A certificate and the hosts it is for.</summary>
public sealed record IngressTls
{
    /// <summary>The hosts; empty: all.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>The Secret with the certificate.</summary>
    public string SecretName { get; init; } = "";
}

/// <summary>Routes of one host.</summary>
public sealed record IngressRule
{
    /// <summary>The host or a wildcard for one label (<c>*.example.com</c>); empty: any.</summary>
    public string Host { get; init; } = "";

    /// <summary>Its paths.</summary>
    public IngressHttp? Http { get; init; }
}

/// <summary>Paths of one host.</summary>
public sealed record IngressHttp
{
    /// <summary>The paths; the longest that matches wins.</summary>
    [Required]
    public ImmutableArray<IngressPath> Paths { get; init; } = [];
}

/// <summary>A path and where it leads.</summary>
public sealed record IngressPath
{
    /// <summary>The path; it starts with a slash.</summary>
    public string Path { get; init; } = "";

    /// <summary>How it is compared.</summary>
    [Required]
    public IngressPathType? PathType { get; init; }

    /// <summary>Where requests go.</summary>
    [Required]
    public IngressBackend? Backend { get; init; }
}

/// <summary>How a path is compared.</summary>
[VerbatimNames]
public enum IngressPathType
{
    /// <summary>The whole path.</summary>
    Exact,

    /// <summary>By whole segments from the start.</summary>
    Prefix,

    /// <summary>As the class of gateway likes; convert takes it as Istio does: Prefix where the path ends in a wildcard, else Exact.</summary>
    ImplementationSpecific,
}

/// <summary>Where requests go: a Service, or another object.</summary>
public sealed record IngressBackend
{
    /// <summary>A Service.</summary>
    [OneOf("backend")]
    public IngressServiceBackend? Service { get; init; }

    /// <summary>Another object of the namespace.</summary>
    [OneOf("backend")]
    public IngressResource? Resource { get; init; }
}

/// <summary>A Service and one of its ports.</summary>
public sealed record IngressServiceBackend
{
    /// <summary>The Service.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>The port.</summary>
    [Required]
    public IngressServicePort? Port { get; init; }
}

/// <summary>A port by name or number.</summary>
public sealed record IngressServicePort
{
    /// <summary>Its name; instead of number.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its number; instead of name.</summary>
    [Range(1, 65535)]
    public int Number { get; init; }
}

/// <summary>An object of the namespace.</summary>
public sealed record IngressResource
{
    /// <summary>Its API group; empty: Kubernetes' core group.</summary>
    public string ApiGroup { get; init; } = "";

    /// <summary>Its kind.</summary>
    [Required]
    public string Kind { get; init; } = "";

    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";
}
