using Mesh.Core.Identity;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;
using Mesh.Core.Snapshots;

namespace Mesh.Translation.Indexing;

/// <summary>Endpoints that somebody wrote down, as the workloads they are: those of WorkloadEntry objects and those of ServiceEntries themselves.</summary>
internal static class WrittenWorkloads
{
    private const string TlsMode = "security.istio.io/tlsMode";

    public static Workload Of(MeshObject entry) => Of(entry.SpecAs<WorkloadEntry>(), entry.Key.Namespace, entry.Key.Name);

    /// <summary>A registered workload's name has no colon, so nobody has the id of another.</summary>
    public static Workload Of(WorkloadEntry entry, string @namespace, string name) => new()
    {
        Id = new WorkloadId(@namespace, "entry:" + name),
        WorkloadName = name,
        ServiceAccount = entry.ServiceAccount.Length > 0 ? entry.ServiceAccount : "default",
        Address = entry.Address,
        Labels = entry.Labels,
        PortsByName = entry.Ports,
        Node = "",
        Locality = entry.Locality,
        HasSidecar = SpeaksMutualTls(entry),
        Weight = Math.Max(1, entry.Weight),
    };

    /// <summary>Without an address it is behind the gateway of its network; a name is nothing that an endpoint can be dialled by.</summary>
    public static bool CanBeDialled(string address) =>
        address.StartsWith("unix:", StringComparison.Ordinal) || System.Net.IPAddress.TryParse(address, out _);

    // Istio: the label, and where there is none, whether it says whose certificate it has.
    private static bool SpeaksMutualTls(WorkloadEntry entry) =>
        entry.Labels.TryGetValue(TlsMode, out var mode) ? mode == "istio" : entry.ServiceAccount.Length > 0;
}
