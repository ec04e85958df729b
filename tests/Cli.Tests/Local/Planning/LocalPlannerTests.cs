using System.Text.Json;
using Mesh.Cli.Local;
using Mesh.Cli.Local.Planning;
using Mesh.Cli.Local.State;

namespace Mesh.Cli.Tests.Local.Planning;

public sealed class LocalPlannerTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const string Mesh =
        """
        apiVersion: mesh.dev/v1alpha1
        kind: LocalMesh
        metadata: {name: demo}
        spec:
          controlPlane: {replicas: 3}
          gateways:
          - {name: ingress, namespace: mesh-system, labels: {istio: ingressgateway}, address: 127.0.0.1}
          workloads:
          - name: reviews-v1
            serviceAccount: reviews
            labels: {app: reviews, version: v1}
            ports: {9080: 0, 9081: 4000}
            command: ["./reviews", "--version", "v1"]
            env: {A: b, PORT_9081: mine}
          - name: ratings
            labels: {app: ratings}
            ports: {9080: 0}
            replicas: 2
          - name: outsider
            ports: {80: 8099}
            command: [sleep, "1"]
            workingDirectory: sub
            sidecar: false
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: reviews}
        spec: {selector: {app: reviews}, ports: [{name: http, port: 9080}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: rating-store}
        spec: {selector: {app: ratings}, ports: [{name: http-web, port: 80, targetPort: 9080}, {name: grpc, port: 81, targetPort: 9080}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: elsewhere, namespace: other}
        spec: {ports: [{name: http, port: 80}]}
        """;

    [Fact]
    public void Plan_WorkloadsOfEverySort_IsTheGoldenOne()
    {
        var plan = Plan(Mesh);

        GoldenFile.Check("Local/Planning/plan.json", JsonSerializer.Serialize(plan, Json));
    }

    [Fact]
    public void Plan_SeveralReplicasOnOneFixedPort_IsRefused()
    {
        var error = Assert.Throws<CliException>(() => Plan(Mesh.Replace("ports: {9080: 0}\n    replicas", "ports: {9080: 7000}\n    replicas")));

        Assert.Contains("2 replicas cannot all listen on port 7000", error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, error.ExitCode);
    }

    [Fact]
    public void Plan_TwoWorkloadsOfOneName_IsRefused()
    {
        var error = Assert.ThrowsAny<CliException>(() => Plan(Mesh.Replace("name: ratings\n", "name: reviews-v1\n")));

        Assert.Contains("reviews-v1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithoutALocalMesh_SaysSo()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("services.yaml", Mesh[(Mesh.IndexOf("---", StringComparison.Ordinal) + 4)..]);

        var error = Assert.Throws<CliException>(() => MeshFiles.Load([file]));

        Assert.Contains("no LocalMesh document", error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, error.ExitCode);
    }

    [Fact]
    public void Load_BadDocument_NamesFileDocumentObjectFieldAndReason()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("mesh.yaml", Mesh.Replace("port: 9080}", "port: 99999}"));

        var error = Assert.Throws<CliException>(() => MeshFiles.Load([file]));

        Assert.StartsWith($"{file}:2  Service default/reviews  spec.ports[0].port: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_EntryThatSpeaksMoreThanHttp_HasAnAddressForEachWorkload()
    {
        var plan = Plan(Mesh + """

            ---
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: outside}
            spec: {hosts: [DB.example.com], resolution: DNS, ports: [{number: 8080, name: http, protocol: HTTP}, {number: 3306, name: mysql, protocol: TCP}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: web}
            spec: {hosts: [web.example.com], resolution: DNS, ports: [{number: 80, name: http, protocol: HTTP}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: wide}
            spec: {hosts: ["*.example.org"], resolution: NONE, ports: [{number: 8443, name: tls, protocol: TLS}]}
            """);
        var sidecars = plan.Instances.Where(i => i.Registration.Role == "sidecar").ToList();

        Assert.NotEmpty(sidecars);
        Assert.All(sidecars, s => Assert.Contains("default/db.example.com", s.Registration.Aliases.Keys));
        Assert.DoesNotContain(sidecars.SelectMany(s => s.Registration.Aliases.Keys), k => k.Contains("example.org") || k.Contains("web.example"));
        Assert.Equal(sidecars.Count, sidecars.Select(s => s.Registration.Aliases["default/db.example.com"]).Distinct().Count());
        var app = sidecars.First(s => s.App is not null && s.Registration.Namespace == "default");
        Assert.Equal(app.Registration.Aliases["default/db.example.com"], app.App!.Environment["DB_EXAMPLE_COM_SERVICE_HOST"]);
        Assert.Equal("3306", app.App.Environment["DB_EXAMPLE_COM_SERVICE_PORT_MYSQL"]);
    }

    private static LocalPlan Plan(string yaml)
    {
        using var directory = new TemporaryDirectory();
        var files = MeshFiles.Load([directory.File("mesh.yaml", yaml)]);
        var port = 20000;
        var planner = new LocalPlanner(new StateDirectory("/state"), new AddressBook(77), files.Services, () => port++, name => "token of " + name);
        return planner.Plan(files.Name, files.Mesh, "/srv");
    }
}
