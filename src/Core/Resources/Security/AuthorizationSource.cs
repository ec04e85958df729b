using System.Collections.Immutable;

namespace Mesh.Core.Resources.Security;

/// <summary>
/// A caller; of each field that is given one value must match, and of each <c>not</c> field none. Words match exactly, by prefix
/// (<c>abc*</c>), by suffix (<c>*abc</c>) or by presence (<c>*</c>).
/// </summary>
public sealed record AuthorizationSource
{
    /// <summary>Identities by mutual TLS, without the scheme: <c>cluster.local/ns/shop/sa/cart</c>.</summary>
    public ImmutableArray<string> Principals { get; init; } = [];

    /// <summary>Identities that must not match.</summary>
    public ImmutableArray<string> NotPrincipals { get; init; } = [];

    /// <summary>Issuer and subject of the verified token: <c>issuer/subject</c>.</summary>
    public ImmutableArray<string> RequestPrincipals { get; init; } = [];

    /// <summary>Issuer and subject that must not match.</summary>
    public ImmutableArray<string> NotRequestPrincipals { get; init; } = [];

    /// <summary>Namespaces of the caller's identity.</summary>
    public ImmutableArray<string> Namespaces { get; init; } = [];

    /// <summary>Namespaces that must not match.</summary>
    public ImmutableArray<string> NotNamespaces { get; init; } = [];

    /// <summary>
    /// Service accounts, <c>name</c> of the policy's own namespace or <c>namespace/name</c>, of this trust domain or an alias; exact only,
    /// at most 16. Not beside principals or namespaces. Since Istio 1.26.
    /// </summary>
    public ImmutableArray<string> ServiceAccounts { get; init; } = [];

    /// <summary>Service accounts that must not match. Since Istio 1.26.</summary>
    public ImmutableArray<string> NotServiceAccounts { get; init; } = [];

    /// <summary>Trust domains of the caller's identity. Since Istio 1.29.</summary>
    public ImmutableArray<string> TrustDomains { get; init; } = [];

    /// <summary>Trust domains that must not match. Since Istio 1.29.</summary>
    public ImmutableArray<string> NotTrustDomains { get; init; } = [];

    /// <summary>Addresses or networks (<c>10.0.0.0/8</c>) the connection comes from.</summary>
    public ImmutableArray<string> IpBlocks { get; init; } = [];

    /// <summary>Addresses or networks it must not come from.</summary>
    public ImmutableArray<string> NotIpBlocks { get; init; } = [];

    /// <summary>Addresses or networks of the original caller, by X-Forwarded-For or the PROXY protocol as far as the gateway trusts them.</summary>
    public ImmutableArray<string> RemoteIpBlocks { get; init; } = [];

    /// <summary>Addresses or networks the original caller must not have.</summary>
    public ImmutableArray<string> NotRemoteIpBlocks { get; init; } = [];
}
