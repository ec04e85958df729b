using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Identity;
using Mesh.Core.Resources;
using Mesh.Core.Snapshots;
using Mesh.Protocol;
using Mesh.Protocol.Delta;
using Mesh.Sidecar.Discovery;
using Mesh.Sidecar.Hosting;
using Mesh.Sidecar.Listeners;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Security.Files;
using Mesh.Sidecar.Tcp;
using Mesh.Sidecar.Telemetry;
using Mesh.Sidecar.Transport;
using Mesh.Sidecar.Upstreams;
using Mesh.Translation;
using Microsoft.Extensions.Logging.Abstractions;
using DeltaResourceMessage = Envoy.Service.Discovery.V3.Resource;

namespace Mesh.Bench.Micro;

/// <summary>
/// What a number of services keeps alive in a sidecar, by type of resource: compiled by the agent's own translation, applied by the sidecar's own
/// discovery. Bytes of live objects on the garbage-collected heap, which do not depend on how the program was compiled.
/// </summary>
internal static class ProxyMemory
{
    private static readonly string[] Order = [TypeUrls.Cluster, TypeUrls.Listener, TypeUrls.ClusterLoadAssignment, TypeUrls.RouteConfiguration];

    public static int Run(int services, bool hasAliases)
    {
        var compiled = Translator.Translate(Snapshot(services), Proxy(services, hasAliases));
        var all = new Dictionary<string, ImmutableSortedDictionary<string, ProxyResource>>
        {
            [TypeUrls.Cluster] = compiled.Clusters, [TypeUrls.Listener] = compiled.Listeners,
            [TypeUrls.ClusterLoadAssignment] = compiled.Endpoints, [TypeUrls.RouteConfiguration] = compiled.Routes,
        };
        // As if from the wire: no object is shared with what made it.
        var wire = Order.ToDictionary(t => t, t => all[t].Values.Select(r => (r.Name, Bytes: Google.Protobuf.MessageExtensions.ToByteArray(r.Body))).ToArray());
        Console.WriteLine($"{services} services of one endpoint each{(hasAliases ? ", each with a listener of its own" : "")}");
        using var proxy = Configuration();
        var start = GC.GetTotalMemory(forceFullCollection: true);
        var before = start;
        foreach (var type in Order)
        {
            Apply(proxy, type, wire[type]);
            var now = GC.GetTotalMemory(forceFullCollection: true);
            Print(type[(type.LastIndexOf('.') + 1)..], wire[type].Length, wire[type].Sum(r => (long)r.Bytes.Length), now - before, services);
            before = now;
        }

        proxy.Settle(force: true);
        Print("all", 0, 0, GC.GetTotalMemory(forceFullCollection: true) - start, services);
        Wake(proxy, services, start);
        foreach (var listener in proxy.Listeners.Values) listener.Dispose();
        GC.KeepAlive(wire);
        return 0;
    }

    // What a first caller waits for, and what a proxy keeps that has called everything. In no order, so that hardly any finds the block open that it is in.
    private static void Wake(ProxyConfiguration proxy, int services, long start)
    {
        var (upstreams, listeners) = (proxy.Upstreams.Values.Where(u => u.IsAsleep).ToArray(), proxy.Listeners.Values.Where(l => l.IsAsleep).ToArray());
        var random = new Random(1);
        random.Shuffle(upstreams);
        random.Shuffle(listeners);
        var began = Stopwatch.GetTimestamp();
        foreach (var upstream in upstreams) _ = upstream.Model;
        var upstreamTime = Stopwatch.GetElapsedTime(began) / Math.Max(1, upstreams.Length);
        began = Stopwatch.GetTimestamp();
        foreach (var listener in listeners) _ = listener.Model;
        var listenerTime = Stopwatch.GetElapsedTime(began) / Math.Max(1, listeners.Length);
        Print("all, each called once", 0, 0, GC.GetTotalMemory(forceFullCollection: true) - start, services);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"woken: {upstreams.Length} upstreams, {upstreamTime.TotalMicroseconds:N0} us each; {listeners.Length} listeners, {listenerTime.TotalMicroseconds:N0} us each"));
    }

    private static void Print(string what, int resources, long bytes, long kept, int services) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what,-24}{resources,8} resources{bytes / 1024.0,10:N0} KB on the wire{kept / 1024.0,10:N0} KB kept{(double)kept / services,10:N0} bytes a service"));

    private static void Apply(ProxyConfiguration proxy, string type, (string Name, byte[] Bytes)[] resources)
    {
        var changes = new DeltaChanges(type, "1", "1", [.. resources.Select(r => new DeltaResourceMessage { Name = new string(r.Name), Resource_ = Any.Parser.ParseFrom(r.Bytes) })], []);
        var refused = proxy.Apply(changes);
        if (refused.Count > 0) throw new InvalidOperationException($"{refused[0].Name}: {refused[0].Reason}");
    }

    private static ProxyConfiguration Configuration()
    {
        var (time, log) = (TimeProvider.System, NullLogger.Instance);
        var identity = new WorkloadIdentity();
        var handshakes = new TlsHandshakes(identity, new PeerVerifier("cluster.local", time, log));
        var options = new SidecarOptions { Namespace = "default", Name = "caller", WorkloadName = "caller", ServiceAccount = "caller", TrustDomain = "cluster.local", ProxyAddress = "127.0.0.1", AgentSocket = "none", TokenFile = "none" };
        var tcp = new TcpForwarder(new PeerMetadata(options), identity, new RequestMetrics(), time, log);
        var front = new ConnectionFront(new EventLoops(1), handshakes, new InternalTransport(), tcp, new ConnectionGauge(), time, log);
        return new ProxyConfiguration(
            new UpstreamConnector(handshakes, time), new Acceptor(front, _ => { }, log), identity, new CredentialFiles("", new CertificateFiles(time, log)),
            new ChainDrain(TimeSpan.FromSeconds(1), time, CancellationToken.None), isGateway: false, time, log);
    }

    private static MeshSnapshot Snapshot(int services) => MeshSnapshot.Empty with
    {
        Objects = Enumerable.Range(0, services).Select(Service).ToImmutableDictionary(o => o.Key),
        Workloads = Enumerable.Range(0, services).Select(Endpoint).ToImmutableDictionary(w => w.Id),
    };

    private static ProxyDescriptor Proxy(int services, bool hasAliases) => new()
    {
        Id = new WorkloadId("default", "caller-0"), WorkloadName = "caller", ServiceAccount = "caller", Address = "127.213.0.1", TrustDomain = "cluster.local",
        Aliases = Enumerable.Range(0, hasAliases ? services : 0).ToImmutableSortedDictionary(i => new ServiceName("default", $"s{i}"), i => $"127.213.{128 + i / 250}.{1 + i % 250}"),
    };

    private static MeshObject Service(int i) => ObjectReader.Read($$"""
        apiVersion: v1
        kind: Service
        metadata: {name: s{{i}}, namespace: default}
        spec:
          selector: {app: s{{i}} }
          ports: [{name: http, port: 8080, targetPort: 8080}]
        """, "bench.yaml")[0].Draft ?? throw new InvalidOperationException("the document could not be read");

    private static Workload Endpoint(int i) => new()
    {
        Id = new WorkloadId("default", $"s{i}-0"), WorkloadName = $"s{i}", ServiceAccount = $"s{i}", Address = $"10.1.{i / 250}.{1 + i % 250}",
        Labels = ImmutableSortedDictionary<string, string>.Empty.Add("app", $"s{i}"), Node = "n", HasSidecar = true,
    };
}
