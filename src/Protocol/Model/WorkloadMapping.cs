using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Identity;
using Mesh.Core.Snapshots;
using Mesh.Protocol.Delta;

namespace Mesh.Protocol.Model;

/// <summary>Between <see cref="Workload"/> and its message. Labels and ports are written sorted: same workload, same bytes.</summary>
public static class WorkloadMapping
{
    public static V1.Workload ToProto(this Workload workload)
    {
        var message = new V1.Workload
        {
            Namespace = workload.Id.Namespace,
            Name = workload.Id.Name,
            WorkloadName = workload.WorkloadName,
            ServiceAccount = workload.ServiceAccount,
            Address = workload.Address,
            Node = workload.Node,
            Locality = workload.Locality,
            Health = (V1.Workload.Types.HealthState)workload.Health,
            HasSidecar = workload.HasSidecar,
            Weight = (uint)workload.Weight,
        };
        foreach (var (key, value) in workload.Labels) message.Labels.Add(key, value);
        foreach (var (target, listening) in workload.Ports) message.Ports.Add((uint)target, (uint)listening);
        return message;
    }

    public static DeltaResource ToResource(this Workload workload)
    {
        var body = Any.Pack(workload.ToProto());
        return new DeltaResource(workload.Id.ToString(), ContentVersion.Of(body.Value.Span), body);
    }

    /// <summary>The workload in <paramref name="message"/>; false, with the first thing that is wrong, when it is none.</summary>
    public static bool TryToWorkload(
        this V1.Workload message, [NotNullWhen(true)] out Workload? workload, [NotNullWhen(false)] out string? error)
    {
        workload = null;
        error = Check(message);
        if (error is not null) return false;
        workload = new Workload
        {
            Id = new WorkloadId(message.Namespace, message.Name),
            WorkloadName = message.WorkloadName,
            ServiceAccount = message.ServiceAccount,
            Address = message.Address,
            Node = message.Node,
            Locality = message.Locality,
            // A state that a newer peer knows and we do not is one that should get no traffic from us.
            Health = message.Health is V1.Workload.Types.HealthState.Healthy or V1.Workload.Types.HealthState.Draining
                ? (WorkloadHealth)message.Health : WorkloadHealth.Unhealthy,
            HasSidecar = message.HasSidecar,
            Weight = message.Weight == 0 ? 1 : (int)Math.Min(message.Weight, int.MaxValue),
            Labels = message.Labels.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Ports = message.Ports.ToImmutableSortedDictionary(p => (int)p.Key, p => (int)p.Value),
        };
        return true;
    }

    private static string? Check(V1.Workload message)
    {
        if (message.Namespace.Length == 0 || message.Namespace.Contains('/')) return "namespace: required, without '/'";
        if (message.Name.Length == 0 || message.Name.Contains('/')) return "name: required, without '/'";
        if (!IPAddress.TryParse(message.Address, out _)) return $"address: '{message.Address}' is not an IP address";
        foreach (var (target, listening) in message.Ports)
            if (!IsPort(target) || !IsPort(listening)) return $"ports: {target}:{listening} is not a pair of ports";
        return null;
    }

    private static bool IsPort(uint value) => value is > 0 and <= 65535;
}
