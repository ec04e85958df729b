using System.Net;
using System.Text;
using Envoy.Service.Discovery.V3;
using Mesh.Core.Identity;
using Mesh.Core.Snapshots;
using Mesh.NodeAgent;
using Mesh.NodeAgent.ControlPlane;
using Mesh.NodeAgent.Discovery;
using Mesh.NodeAgent.Model;
using Mesh.NodeAgent.Options;
using Mesh.NodeAgent.Workloads;
using Mesh.Protocol;
using Mesh.Protocol.Delta;
using Mesh.Translation;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Tests.Fakes;

namespace NodeAgent.Tests.Discovery;

/// <summary>The loop's steps, one by one, without its inbox.</summary>
public sealed class ConfigurationLoopTests : IDisposable
{
    private readonly FakeMesh _mesh = new();
    private readonly MeshModel _model = new();
    private readonly WorkloadProbe _probe = new(TimeProvider.System);
    private readonly DeltaServerSession _session = new(DeltaOrder.Xds);
    private readonly ConfigurationLoop _loop;
    private ConfigurationWork _work = new(null, ModelChange.None, [], [], [], []);

    public ConfigurationLoopTests()
    {
        var workloads = new LocalWorkloads("node-1");
        workloads.Put(RegistrationReader.Read(Encoding.UTF8.GetBytes(Shop.Reviews()), out _)!, WorkloadHealth.Healthy);
        var options = new AgentOptions
        {
            Node = "node-1", Address = IPAddress.Loopback, TrustDomain = "cluster.local", Replicas = [], RootCertificate = "", JoinTokenFile = "", Socket = "",
            WorkloadsDirectory = "", StateDirectory = "", HealthPort = 0,
        };
        var prober = new HealthProber(workloads, _probe, TimeProvider.System, NullLogger<HealthProber>.Instance);
        _loop = new ConfigurationLoop(options, _model, workloads, prober, new ConfigurationAccounting(new UpstreamReport(), TimeProvider.System), new CompiledIndex(), new AgentMetrics(),
            NullLogger<ConfigurationLoop>.Instance);
        _model.Changed += (snapshot, change) => _work = _work with { Model = snapshot, Change = _work.Change.And(change) };
        _mesh.Apply(Shop.Services);
        _mesh.Put(Shop.Ratings("ratings-0", "127.66.2.1"));
    }

    public void Dispose()
    {
        _loop.Dispose();
        _probe.Dispose();
    }

    [Fact]
    public void Run_AfterAStepThatFailed_BringsInWhatThatOneLost()
    {
        Receive();
        Run(new ProxyConnection(new ProxyNode(new WorkloadId("default", "reviews-v1-0"), ProxyDialect.Mesh, "1"), _session, _ => { }));
        Assert.Contains("127.66.2.1", Endpoints());

        _mesh.Put(Shop.Ratings("ratings-0", "127.66.2.9"));
        Receive();
        // A connection that is none: this step ends before it has compiled anything.
        Run(null!);
        Assert.Contains("127.66.2.1", Endpoints());

        // Nothing that the next step is told names the workload.
        _work = _work with { Model = null, Change = ModelChange.None };
        Run();
        Assert.Contains("127.66.2.9", Endpoints());
        Assert.DoesNotContain("127.66.2.1", Endpoints());
    }

    private void Receive()
    {
        var replica = new DeltaServerSession(DeltaOrder.Model);
        _work = _work with { Model = null, Change = ModelChange.None };
        _mesh.Fill(replica);
        foreach (var type in MeshModel.Types)
        {
            var resources = replica.Resources(type);
            _model.Apply(new DeltaChanges(type, "", "1", [.. resources.Names.Select(name => Wire(resources.Find(name)!))], []));
        }
    }

    private void Run(params ProxyConnection[] connected) => _loop.Run(_work with { Connected = connected });

    private static Resource Wire(DeltaResource resource) => new() { Name = resource.Name, Version = resource.Version, Resource_ = resource.Body };

    private string Endpoints()
    {
        var resource = _session.Resources(TypeUrls.ClusterLoadAssignment).Find(Shop.RatingsCluster)!;
        return Envoy.Config.Endpoint.V3.ClusterLoadAssignment.Parser.ParseFrom(resource.Body.Value).ToString();
    }
}
