using Mesh.Bench.Load;

namespace Mesh.Bench.Churn;

/// <summary>A run: what was done, what failed, and what the caller's and the application's sidecar held before and after.</summary>
internal sealed record ChurnReport(
    string Description, int Changes, double Seconds, LoadResult Load, IReadOnlyList<(string Side, Holdings Before, Holdings After)> Sides, IReadOnlyList<string> Problems);
