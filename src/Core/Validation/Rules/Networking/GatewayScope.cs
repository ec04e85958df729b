using System.Collections.Immutable;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>Whether rules are for sidecars, for gateways, or for both.</summary>
internal readonly record struct GatewayScope(bool Mesh, bool Gateways)
{
    private const string MeshWord = "mesh";

    public GatewayScope(ImmutableArray<string> gateways)
        : this(gateways.IsEmpty || gateways.Contains(MeshWord), gateways.Any(g => g != MeshWord))
    {
    }
}
