using System.Text.Json;

namespace Mesh.Cli.Client;

// The bodies of docs/reference/api.md.

internal sealed record ApplyRequest(bool DryRun, IReadOnlyList<ApplyDocument> Documents);

internal sealed record ApplyDocument(string File, int Document, int Line, string Yaml);

internal sealed record ApplyAnswer(ulong Revision, IReadOnlyList<ApplyResult> Results)
{
    public bool AnyRefused => Results.Any(r => r.Action == "refused");
}

internal sealed record ApplyResult(
    string? File, int Document, string? Key, string Action, ulong Revision, IReadOnlyList<Finding>? Errors, IReadOnlyList<Finding>? Warnings)
{
    /// <summary>Whether the mesh has it now as asked for.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsInForce => Action is not ("refused" or "skipped");
}

internal sealed record Finding(string? Path, int Line, string Reason, string? Hint);

internal sealed record DeleteRequest(IReadOnlyList<string> Objects);

internal sealed record WaitRequest(IReadOnlyList<string> Objects);

internal sealed record WaitAnswer(
    ulong Revision, bool Complete, int Concerned, int Acknowledged, IReadOnlyList<Rejection>? Rejections, IReadOnlyList<string>? Pending,
    IReadOnlyList<string>? Detached = null, IReadOnlyList<Rejection>? Waiting = null);

internal sealed record Rejection(string Proxy, string Object, string Reason);

internal sealed record StatusAnswer(
    ulong Revision, string TrustDomain, IReadOnlyList<ReplicaStatus> Replicas, IReadOnlyList<AgentStatus> Agents,
    IReadOnlyList<ProxyStatus> Proxies, IReadOnlyList<WorkloadStatus> Workloads);

internal sealed record ReplicaStatus(string Name, string Address, string Status, ulong Revision, bool ConfigLog, bool Leader);

internal sealed record AgentStatus(string Node, string? Replica, bool Connected, ulong Revision, int Workloads);

internal sealed record ProxyStatus(
    string Id, string Role, string Node, bool Connected, bool InSync, ulong Revision, string? Version, IReadOnlyList<JsonElement>? Errors,
    IReadOnlyList<ObjectWait>? Waiting = null);

/// <summary>Of an object, what a part of it waits for.</summary>
internal sealed record ObjectWait(string Object, string Reason);

internal sealed record WorkloadStatus(
    string Id, string Address, string Node, string Health, string ServiceAccount, IReadOnlyDictionary<string, string>? Labels, bool? HasSidecar);
