using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Mesh.Core.Conversion;

/// <summary>One thing to know about a conversion.</summary>
/// <param name="IsLoss">Whether something the document says is not in what came of it.</param>
/// <param name="Path">The field of the document.</param>
/// <param name="Text">What happened to it, and what to do.</param>
public sealed record ConversionRemark(bool IsLoss, string Path, string Text);

/// <summary>What became of one document.</summary>
/// <param name="Objects">Whole objects in their current version; empty when nothing could be made of it.</param>
/// <param name="Remarks">In the order of the document.</param>
public sealed record Conversion(ImmutableArray<JsonObject> Objects, ImmutableArray<ConversionRemark> Remarks);

/// <summary>What Ingresses become.</summary>
public enum IngressTarget
{
    /// <summary>Istio's Gateway and VirtualServices.</summary>
    Istio,

    /// <summary>The Gateway API's Gateway and HTTPRoutes.</summary>
    GatewayApi,
}
