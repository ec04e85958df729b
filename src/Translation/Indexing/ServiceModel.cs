using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Kubernetes;
using Mesh.Core.Snapshots;
using Mesh.Translation.Endpoints;
using ServiceEntry = Mesh.Core.Resources.Networking.ServiceEntry;

namespace Mesh.Translation.Indexing;

/// <summary>One TCP port of a service: what callers dial, what is spoken, and the port on the workload.</summary>
internal sealed record ServicePortModel(int Number, PortProtocol Protocol, int TargetPort)
{
    /// <summary>By which endpoints that are written in objects give ports of their own.</summary>
    public string Name { get; init; } = "";
}

/// <summary>
/// A Service as translation reads it. One instance for as long as the object is unchanged, so that what was computed from it
/// can be recognised by reference.
/// </summary>
internal sealed class ServiceModel
{
    public ServiceModel(MeshObject source)
    {
        Source = source;
        Name = new ServiceName(source.Key.Namespace, source.Key.Name);
        Host = Name.Host;
        var spec = source.SpecAs<Service>();
        Selector = spec.Selector;
        TrafficDistribution = spec.TrafficDistribution;
        var ports = ImmutableArray.CreateBuilder<ServicePortModel>();
        var problems = ImmutableArray.CreateBuilder<TranslationProblem>();
        for (var i = 0; i < spec.Ports.Length; i++)
            AddPort(spec.Ports[i], $"spec.ports[{i}]", ports, problems);
        ports.Sort((a, b) => a.Number.CompareTo(b.Number));
        Ports = ports.ToImmutable();
        Problems = problems.ToImmutable();
        DefaultHttpPort = FindDefaultHttpPort();
        ExportTo = Exports(source.Metadata.Annotations.GetValueOrDefault("networking.istio.io/exportTo", ""));
    }

    /// <summary>One host of a ServiceEntry.</summary>
    public ServiceModel(MeshObject source, string host)
    {
        Source = source;
        Name = new ServiceName(source.Key.Namespace, host);
        Host = Name.Host;
        Entry = source.SpecAs<ServiceEntry>();
        Selector = Entry.WorkloadSelector?.Labels ?? ImmutableSortedDictionary<string, string>.Empty;
        Ports =
        [
            .. Entry.Ports.Select(p => new ServicePortModel(p.Number, PortProtocols.Select(null, p.Protocol, p.Name, p.Number), p.TargetPort > 0 ? p.TargetPort : p.Number)
            {
                Name = p.Name,
            }).Where(p => p.Protocol != PortProtocol.Udp).DistinctBy(p => p.Number).OrderBy(p => p.Number),
        ];
        DefaultHttpPort = FindDefaultHttpPort();
        ExportTo = Entry.ExportTo;
        // Istio reads this annotation of entries; Services have a field.
        TrafficDistribution = source.Metadata.Annotations.GetValueOrDefault("networking.istio.io/traffic-distribution", "");
        Problems =
        [
            .. Entry.Endpoints.Where(e => IsStatic ? !WrittenWorkloads.CanBeDialled(e.Address) : !EntryEndpoints.CanBeReached(e)).Select(e => new TranslationProblem(
                source.Key, "spec.endpoints", e.Address.Length == 0 ? "An endpoint without address is behind the gateway of its network; it gets no traffic."
                    : IsStatic ? $"'{e.Address}' is no IP address and no socket; with resolution STATIC it gets no traffic." : $"'{e.Address}' is no IP address or host name; it gets no traffic.")),
        ];
        Written = [.. Entry.Endpoints.Select((e, i) => WrittenWorkloads.Of(e, source.Key.Namespace, $"{source.Key.Name}-{i}")).Where(w => !IsStatic || WrittenWorkloads.CanBeDialled(w.Address))];
    }

    /// <summary>What a ServiceEntry says; null for a Service.</summary>
    public ServiceEntry? Entry { get; }

    /// <summary>The endpoints that the entry lists; those with an address that can be dialled, where they are not looked up.</summary>
    public ImmutableArray<Workload> Written { get; } = [];

    /// <summary>Its endpoints are what its object lists.</summary>
    public bool HasWrittenEndpoints => IsStatic && !Entry!.Endpoints.IsEmpty;

    private bool IsStatic => Entry?.Resolution == Core.Resources.Networking.ServiceEntryResolution.Static;

    /// <summary>Namespaces that see it, as everywhere in Istio; empty: all.</summary>
    public ImmutableArray<string> ExportTo { get; }

    public bool IsVisibleTo(string clientNamespace) => Visibility.IsVisible(ExportTo, Name.Namespace, clientNamespace);

    public MeshObject Source { get; }
    public ServiceName Name { get; }
    public string Host { get; }

    /// <summary>Labels of its workloads, which live in its namespace; empty selects none.</summary>
    public ImmutableSortedDictionary<string, string> Selector { get; }

    /// <summary>Kubernetes' wish for near endpoints; empty: none.</summary>
    public string TrafficDistribution { get; }

    /// <summary>By number.</summary>
    public ImmutableArray<ServicePortModel> Ports { get; }

    public ImmutableArray<TranslationProblem> Problems { get; }

    /// <summary>The port of a request whose Host names none: the only HTTP port, else 80; 0 when it has neither.</summary>
    public int DefaultHttpPort { get; }

    public ServicePortModel? Port(int number)
    {
        foreach (var port in Ports)
            if (port.Number == number) return port;
        return null;
    }

    private void AddPort(
        ServicePort port, string path, ImmutableArray<ServicePortModel>.Builder ports, ImmutableArray<TranslationProblem>.Builder problems)
    {
        var protocol = PortProtocols.Select(port.Protocol, port.AppProtocol, port.Name, port.Port);
        if (protocol == PortProtocol.Udp)
            problems.Add(new TranslationProblem(Source.Key, path + ".protocol", "Only TCP is proxied; the port is left out."));
        else if (port.TargetPort?.Name is { } name)
            problems.Add(new TranslationProblem(
                Source.Key, path + ".targetPort", $"Workloads name no ports, so '{name}' is unknown; write the number. The port is left out."));
        else if (ports.Any(p => p.Number == port.Port))
            problems.Add(new TranslationProblem(Source.Key, path + ".port", $"Port {port.Port} is listed twice; the first is in force."));
        else
            ports.Add(new ServicePortModel(port.Port, protocol, port.TargetPort is { Number: > 0 } target ? target.Number : port.Port) { Name = port.Name });
    }

    private static ImmutableArray<string> Exports(string annotation) =>
        [.. annotation.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private int FindDefaultHttpPort()
    {
        var http = Ports.Where(p => p.Protocol.IsHttp()).ToList();
        return http.Count == 1 ? http[0].Number : http.Any(p => p.Number == 80) ? 80 : 0;
    }
}
