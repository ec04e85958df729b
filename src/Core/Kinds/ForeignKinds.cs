using System.Collections.Frozen;
using Mesh.Core.Fields;

namespace Mesh.Core.Kinds;

/// <summary>
/// Kinds that are neither the mesh's nor Istio's nor a misspelling of theirs. They stand in the same files as the mesh's objects, Deployments beside
/// VirtualServices, and are skipped by name there: somebody else keeps and judges them.
/// </summary>
internal static class ForeignKinds
{
    private const int MaxMisspelling = 3;

    private static readonly FrozenSet<string> OfCore = FrozenSet.Create(
        StringComparer.Ordinal, "Binding", "ConfigMap", "Endpoints", "Event", "LimitRange", "Namespace", "Node", "PersistentVolume", "PersistentVolumeClaim", "Pod", "PodTemplate",
        "ReplicationController", "ResourceQuota", "Secret", "ServiceAccount");

    private static readonly FrozenSet<string> UndottedGroups = FrozenSet.Create(StringComparer.Ordinal, "apps", "autoscaling", "batch", "extensions", "policy");

    private static readonly string[] OwnGroups = [.. KindRegistry.All.Where(k => k.Use != KindUse.Input && k.Group.Length > 0).Select(k => k.Group).Distinct()];

    /// <summary>Whether a document of this group and kind, which the mesh has no model for, is none of the mesh's business.</summary>
    public static bool Contains(string group, string kind) => group switch
    {
        "" => OfCore.Contains(kind),
        _ when group.EndsWith(".istio.io", StringComparison.Ordinal) || group is "istio.io" or "gateway.networking.x-k8s.io" || OwnGroups.Contains(group) => false,
        _ when !group.Contains('.', StringComparison.Ordinal) => UndottedGroups.Contains(group),
        _ => !OwnGroups.Any(own => FieldNames.AreNear(group, own, MaxMisspelling)),
    };
}
