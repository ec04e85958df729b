using Mesh.Core.Resources.Networking;
using Mesh.Core.Schema.Cel;

namespace Mesh.Core.Schema.Rules;

/// <summary>ServiceEntry and WorkloadEntry, which is also what a ServiceEntry's endpoints are.</summary>
internal static class ServiceEntrySchema
{
    public static void AddTo(SchemaRules rules) => rules
        .Field<ServiceEntry>(nameof(ServiceEntry.Hosts), new() { Pattern = Patterns.HostOrWildcard, MaxLength = 255, MaxItems = 256, Set = true })
        .Field<ServiceEntry>(nameof(ServiceEntry.ExportTo), SharedBounds.ExportTo)
        .Field<ServiceEntry>(nameof(ServiceEntry.Ports), new()
        {
            MaxItems = 256,
            Keys = ["name"],
            Rules = [new CelRule("self.all(p, self.exists_one(q, q.number == p.number))", "the numbers of ports must differ")],
        })
        .Field<ServicePort>(nameof(ServicePort.Name), new() { Pattern = Patterns.Label, MinLength = 1, MaxLength = 63 })
        .Record<ServiceEntry>(new CelRule("!(has(self.workloadSelector) && has(self.endpoints) && size(self.endpoints) > 0)", "only one of workloadSelector, endpoints may be set"))
        .Record<WorkloadEntry>(new CelRule("(has(self.address) && self.address != '') || (has(self.network) && self.network != '')", "required, unless a network is given", "address"))
        .Field<WorkloadEntry>(nameof(WorkloadEntry.Labels), SharedBounds.Labels);
}
