namespace Mesh.Analysis.Tests.Analyzers;

/// <summary>All cases.</summary>
internal static class Cases
{
    public static IReadOnlyList<Case> All { get; } =
        [.. RouteCases.All, .. RuleCases.All, .. GatewayCases.All, .. WorkloadCases.All, .. PolicyCases.All, .. OwnCases.All];
}
