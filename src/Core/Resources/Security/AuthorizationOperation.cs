using System.Collections.Immutable;

namespace Mesh.Core.Resources.Security;

/// <summary>An operation; of each field that is given one value must match, and of each <c>not</c> field none.</summary>
public sealed record AuthorizationOperation
{
    /// <summary>Host names of the request, compared without regard to case; exact, <c>abc*</c>, <c>*abc</c> or <c>*</c>. HTTP only.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>Host names that must not match.</summary>
    public ImmutableArray<string> NotHosts { get; init; } = [];

    /// <summary>Ports the workload listens on, as decimal numbers in quotes.</summary>
    public ImmutableArray<string> Ports { get; init; } = [];

    /// <summary>Ports that must not match.</summary>
    public ImmutableArray<string> NotPorts { get; init; } = [];

    /// <summary>Methods such as GET; exact, by prefix or suffix. HTTP only; gRPC is always POST.</summary>
    public ImmutableArray<string> Methods { get; init; } = [];

    /// <summary>Methods that must not match.</summary>
    public ImmutableArray<string> NotMethods { get; init; } = [];

    /// <summary>
    /// Paths after normalization, without the query; exact, by prefix or suffix, or a template: <c>{*}</c> is one segment, <c>{**}</c> any
    /// number of them. HTTP only; gRPC is <c>/package.Service/Method</c>. Templates since Istio 1.22.
    /// </summary>
    public ImmutableArray<string> Paths { get; init; } = [];

    /// <summary>Paths that must not match.</summary>
    public ImmutableArray<string> NotPaths { get; init; } = [];
}
