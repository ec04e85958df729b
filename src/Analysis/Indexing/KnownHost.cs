using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Translation.Indexing;

namespace Mesh.Analysis.Indexing;

/// <summary>A host that can be called: of a Service, or of a ServiceEntry, where it may be a wildcard.</summary>
internal sealed record KnownHost(
    string Host, string Namespace, ImmutableArray<string> ExportTo, ImmutableArray<KnownPort> Ports, MeshObject Source, ServiceModel? Service)
{
    /// <summary>Whether callers of any of the namespaces see it.</summary>
    public bool IsVisibleToAny(ImmutableArray<string> namespaces)
    {
        foreach (var client in namespaces)
            if (Visibility.IsVisible(ExportTo, Namespace, client)) return true;
        return false;
    }
}

/// <summary>One of its ports.</summary>
internal sealed record KnownPort(int Number, string Name, PortProtocol Protocol);
