using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.GatewayApi;

/// <summary>How gateways use TLS towards backends (Gateway API's BackendTLSPolicy).</summary>
[NotEnforced(Stance.Refuse, "Traffic would go to the backend in plain text. Use a DestinationRule.")]
public sealed record BackendTlsPolicySpec
{
    /// <summary>The backends, usually Services, or single ports of them.</summary>
    [Required, Size(1, 16)]
    public ImmutableArray<BackendTlsTargetReference> TargetRefs { get; init; } = [];

    /// <summary>How backends are verified.</summary>
    [Required]
    public BackendTlsValidation? Validation { get; init; }

    /// <summary>Settings of the controller's own; at most 16.</summary>
    [Size(0, 16)]
    public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>A backend of the policy's namespace.</summary>
public sealed record BackendTlsTargetReference
{
    /// <summary>Its API group; empty: Kubernetes' core group. Must be given.</summary>
    public string Group { get; init; } = "";

    /// <summary>Its kind.</summary>
    [Required]
    public string Kind { get; init; } = "";

    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>The port by name; empty: all.</summary>
    [Size(0, 253)]
    public string SectionName { get; init; } = "";
}

/// <summary>How backends are verified; authorities come from objects or from the system.</summary>
public sealed record BackendTlsValidation
{
    /// <summary>ConfigMaps or other objects with the authorities, under the key ca.crt.</summary>
    [Size(0, 8)]
    public ImmutableArray<LocalObjectReference> CaCertificateRefs { get; init; } = [];

    /// <summary>The system's authorities, instead of caCertificateRefs.</summary>
    public WellKnownCaCertificates? WellKnownCACertificates { get; init; }

    /// <summary>The name asked for (SNI), which the certificate must carry unless subjectAltNames says otherwise.</summary>
    [Required, Size(1, 253)]
    public string Hostname { get; init; } = "";

    /// <summary>Names one of which the certificate must carry, instead of hostname. Since Gateway API 1.2.</summary>
    [Size(0, 5)]
    public ImmutableArray<BackendSubjectAltName> SubjectAltNames { get; init; } = [];
}

/// <summary>Gateway API's WellKnownCACertificatesType.</summary>
[VerbatimNames]
public enum WellKnownCaCertificates
{
    /// <summary>Those of the system.</summary>
    System,
}

/// <summary>A name in a certificate.</summary>
public sealed record BackendSubjectAltName
{
    /// <summary>Which of the two it is.</summary>
    [Required]
    public SubjectAltNameType? Type { get; init; }

    /// <summary>A DNS name or wildcard, for Hostname.</summary>
    [Size(0, 253)]
    public string Hostname { get; init; } = "";

    /// <summary>A URI with scheme, for URI: a SPIFFE identity.</summary>
    [Size(0, 253)]
    public string Uri { get; init; } = "";
}

/// <summary>Gateway API's SubjectAltNameType.</summary>
[VerbatimNames]
public enum SubjectAltNameType
{
    /// <summary>A DNS name.</summary>
    Hostname,

    /// <summary>A URI.</summary>
    [ApiName("URI")]
    Uri,
}
