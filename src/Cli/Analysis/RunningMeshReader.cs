using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Mesh.Analysis;
using Mesh.Cli.Client;
using Mesh.Cli.Commands;
using Mesh.Core.Identity;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;

namespace Mesh.Cli.Analysis;

/// <summary>Everything a running mesh has, through its API.</summary>
internal static class RunningMeshReader
{
    public static async Task<RunningMesh> ReadAsync(MeshApi api, CancellationToken cancel)
    {
        var objects = ImmutableArray.CreateBuilder<ObjectDocument>();
        foreach (var kind in KindRegistry.Applied)
        {
            var answer = await api.GetAsync(GetCommand.PathOf(kind, null, "", all: true), cancel);
            foreach (var item in answer.GetProperty("items").EnumerateArray()) objects.AddRange(Read(item));
        }

        var status = await api.StatusAsync(cancel);
        var gateways = status.Proxies.Where(p => p.Role == "gateway").Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        return new RunningMesh(objects.ToImmutable(), [.. status.Workloads.SelectMany(w => Read(w, gateways.Contains(w.Id)))]);
    }

    // Judged as a user's document is, and with the age that only stored objects have.
    internal static IEnumerable<ObjectDocument> Read(JsonElement item)
    {
        var text = item.GetRawText();
        foreach (var document in ObjectReader.Read(text, ""))
            yield return ObjectReader.TryFromStoredJson(Encoding.UTF8.GetBytes(text), out var stored, out _) ? document with { Draft = stored } : document;
    }

    private static IEnumerable<RunningWorkload> Read(WorkloadStatus workload, bool isGateway)
    {
        if (!WorkloadId.TryParse(workload.Id, out var id)) yield break;
        var labels = (workload.Labels ?? ImmutableDictionary<string, string>.Empty).ToImmutableSortedDictionary(StringComparer.Ordinal);
        yield return new RunningWorkload(id, labels, workload.HasSidecar ?? true, isGateway);
    }
}
