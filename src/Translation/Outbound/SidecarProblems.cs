namespace Mesh.Translation.Outbound;

/// <summary>Sidecar objects that are for a workload but not in force for it.</summary>
internal static class SidecarProblems
{
    public static void Report(TranslationScope scope)
    {
        foreach (var (loser, winner) in scope.Index.Sidecars.Overridden(scope.Proxy.Namespace, scope.Proxy.Labels))
            scope.Report(loser.Key, "spec", $"{winner.Key} is in force instead: it is older.");
    }
}
