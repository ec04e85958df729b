using System.Net;
using Mesh.Core.Resources;
using Mesh.TestKit.Echo;
using Mesh.Protocol.V1;
using Mesh.Sidecar.Tests.Harness;
using NodeAgent.Tests.Fakes;

[assembly: AssemblyFixture(typeof(Mesh.Traffic.Tests.Harness.TrafficMesh))]

namespace Mesh.Traffic.Tests.Harness;

/// <summary>
/// A whole mesh in this process: YAML documents -> the reader -> a replica's stream -> a real agent, which compiles -> xDS -> real sidecars and a
/// gateway -> applications that tell what they received. Only the replica is a fake. Workloads <c>plain-N</c> are another node's and have no sidecar.
/// One test at a time uses it.
/// </summary>
public sealed class TrafficMesh : IAsyncLifetime
{
    private const string Base = """
        apiVersion: v1
        kind: Service
        metadata: {name: echo, namespace: default}
        spec:
          selector: {app: echo}
          ports:
          - {name: http, port: 80, targetPort: 8080}
          - {name: http-second, port: 8000, targetPort: 8080}
          - {name: grpc, port: 9090, targetPort: 9090}
          - {name: tcp-echo, port: 9000, targetPort: 9000}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: plain, namespace: default}
        spec:
          selector: {app: plain}
          ports: [{name: http, port: 80, targetPort: 8080}, {name: grpc, port: 9090, targetPort: 9090}]
        """;

    /// <summary>Services that callers have an address of, as applications get one that speak TCP or know nothing of a proxy; they are there in cases that write them.</summary>
    private static readonly string[] Dialled = ["default/streams", "default/web", "default/stream.test", "default/*.wild.test", "default/secure-tcp.test"];

    private readonly OutsideServers _outside = new();
    private readonly FakeMesh _replicaState = new();
    private readonly AgentDirectory _directory = new();
    private readonly AddressBlock _addresses = AddressBlock.Take();
    private readonly Dictionary<string, MeshWorkload> _workloads = [];
    private readonly Dictionary<string, ProxyStatus> _status = [];
    private FakeReplica _replica = null!;
    private TestAgent _agent = null!;
    private string _objects = "";
    private string[] _keys = [];
    private readonly Dictionary<string, string> _states = [];
    private bool _areWorkloadsNew;

    internal TokenIssuer Issuer { get; } = new();

    /// <summary>The agent's clock, which a test can put forward.</summary>
    internal ShiftedTime AgentTime { get; } = new();

    internal IEnumerable<EchoApp> Apps => _workloads.Values.Select(w => w.App).OfType<EchoApp>().Concat(_outside.Apps);

    /// <summary>Servers that are not the mesh's, and the files that proxies know them by.</summary>
    internal OutsideServers Outside => _outside;

    internal MeshWorkload this[string name] => _workloads[name];

    /// <summary>Where a caller dials <c>NAME:PORT</c>.</summary>
    internal static IPEndPoint Endpoint(MeshWorkload caller, string target)
    {
        var colon = target.LastIndexOf(':');
        var (name, port) = (target[..colon], int.Parse(target[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture));
        if (name == "proxy") return new IPEndPoint(caller.Address, port);
        return new IPEndPoint(IPAddress.TryParse(name, out var address) ? address : caller.Aliases[$"default/{name}"], port);
    }

    /// <summary>What translation and proxies said against the objects in force, with the names of the objects.</summary>
    internal IEnumerable<string> Problems => _status.Values.SelectMany(s => s.Errors).Select(e => $"{e.Resource} {e.Reason}").Distinct();

    internal TlsFiles TlsFiles { get; private set; } = null!;

    /// <summary>An address of this machine that no workload has.</summary>
    internal System.Net.IPAddress Spare { get; private set; } = null!;

    /// <summary>Documents with the paths, hashes and addresses of this run.</summary>
    internal string Fill(string objects) => TlsFiles.Fill(objects).Replace("{spare}", Spare.ToString(), StringComparison.Ordinal);

    public async ValueTask InitializeAsync()
    {
        Spare = _addresses.Next();
        TlsFiles = new TlsFiles(_directory.Path);
        await AddAsync("default", "client", "sidecar", "r1/z1/s1", "app=client,version=v1,tier=front", hasApp: false);
        await AddAsync("other", "stranger", "sidecar", "r1/z1/s1", "app=stranger,version=v1", hasApp: false);
        await AddAsync("default", "gateway", "gateway", "r1/z1/s1", "istio=ingressgateway", hasApp: false);
        foreach (var version in (string[])["v1", "v2"]) await AddAsync("default", $"echo-{version}", "sidecar", "r1/z1/s1", $"app=echo,version={version}");
        string[] localities = ["r1/z1/s1", "r1/z1/s2", "r1/z2/s1", "r1/z2/s1", "r2/z1/s1", "r2/z2/s1"];
        for (var i = 0; i < localities.Length; i++) await AddAsync("default", $"plain-{i + 1}", "none", localities[i], $"app=plain,name=plain-{i + 1},half={i % 2}");
        await _outside.StartAsync(_addresses);
        // Callers of another node, for what depends on how many there are where.
        for (var i = 2; i <= 4; i++) await AddAsync("default", $"client-{i}", "none", "r1/z2/s1", "app=peer", hasApp: false, workloadName: "client");
        foreach (var plain in _workloads.Values.Where(w => !w.HasProxy)) _replicaState.Put(plain.ToRemote());
        _replicaState.Apply(Base);
        foreach (var local in _workloads.Values.Where(w => w.HasProxy)) _directory.Register(local.Id.Split('/')[0], local.Name, local.Registration());
        _replica = await FakeReplica.StartAsync(_replicaState);
        _agent = await TestAgent.StartAsync(_directory, _replicaState, AgentTime, _replica.Port);
        foreach (var workload in _workloads.Values.Where(w => w.HasProxy)) await workload.StartProxyAsync(_directory["agent.sock"], _directory.Path);
        await InForceAsync(_replicaState.Revision);
        await Await.ThatAsync(() => _workloads.Values.All(w => w.Proxy is null or { IsReady: true }));
        await Await.ThatAsync(() => AreReachable());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var workload in _workloads.Values) await workload.DisposeAsync();
        await _agent.DisposeAsync();
        await _replica.DisposeAsync();
        await _outside.DisposeAsync();
        TlsFiles.Dispose();
        _directory.Dispose();
        _addresses.Dispose();
        Issuer.Dispose();
    }

    /// <summary>Puts these documents in force in place of those of the last call, and waits until every proxy has them.</summary>
    internal async Task ApplyAsync(string objects)
    {
        objects = _outside.Fill(objects).Replace("{keys}", Issuer.Keys(), StringComparison.Ordinal);
        if (objects == _objects && !_areWorkloadsNew) return;
        _areWorkloadsNew = false;
        var gone = _keys;
        (_objects, _keys) = ("", []);
        var revision = _replicaState.Replace(gone, objects);
        (_objects, _keys) = (objects, [.. ObjectReader.Read(objects, "case.yaml").Select(d => d.Object!.Key.ToString())]);
        await InForceAsync(revision);
    }

    /// <summary>The same documents once more, with workloads as they have become.</summary>
    internal Task ApplyAgainAsync() => ApplyAsync(_objects);

    /// <summary>Changes states of another node's workloads; those not named are healthy. In force with the next objects, which come after them on the same stream.</summary>
    internal void SetWorkloads(IReadOnlyDictionary<string, string> states)
    {
        foreach (var (name, workload) in _workloads.Where(w => !w.Value.HasProxy))
        {
            var state = states.GetValueOrDefault(name, "");
            if (_states.GetValueOrDefault(name, "") == state) continue;
            _states[name] = state;
            _replicaState.Put(workload.ToRemote(state));
            _areWorkloadsNew = true;
        }
    }

    private async Task AddAsync(string ns, string name, string role, string locality, string labels, bool hasApp = true, string? workloadName = null)
    {
        var workload = _workloads[name] = new MeshWorkload(ns, name, role, _addresses.Next(), locality, labels, workloadName);
        if (role == "sidecar" && !hasApp) foreach (var service in Dialled) workload.Aliases[service] = _addresses.Next();
        // Behind a sidecar the application is on the address that only its machine reaches.
        if (hasApp) workload.App = await EchoApp.StartAsync(name, role == "none" ? workload.Address : IPAddress.Loopback);
    }

    private Task InForceAsync(ulong revision) => Await.ThatAsync(() =>
    {
        while (_replicaState.Reports.TryDequeue(out var report))
            foreach (var proxy in report.Proxies?.Upserted ?? []) _status[proxy.Id] = proxy;
        return _workloads.Values.All(w => !w.HasProxy || (_status.GetValueOrDefault(w.Id) is { Connected: true } status && status.Revision >= revision));
    });

    // The agent has seen by its probes that the applications behind sidecars listen.
    private bool AreReachable() => _workloads["client"].Proxy!.Configuration.Upstreams.TryGetValue("outbound|80||echo.default.svc.cluster.local", out var echo)
        && echo.Model is { } model && model.Endpoints.Count(e => e.Health == Sidecar.Balancing.EndpointHealth.Healthy) == 2;
}
