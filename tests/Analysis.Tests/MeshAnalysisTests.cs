using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Identity;
using Mesh.Core.Resources;

namespace Mesh.Analysis.Tests;

public sealed class MeshAnalysisTests
{
    private const string Route = """
        # a comment
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata:
          name: a
        spec:
          hosts:
          - reviews
          http:
          - route:
            - destination:
                host: bogus
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: reviews}
        spec:
          ports:
          - port: 80
            name: http
        """;

    [Fact]
    public void Run_AFile_NamesTheLineOfTheField()
    {
        var found = Assert.Single(Run(Route), m => m.Type.Code == "IST0101");

        Assert.Equal("Error [IST0101] (VirtualService default/a dir/f.yaml:12) spec.http[0].route[0].destination.host: host \"bogus\" (bogus.default.svc.cluster.local) not found: no Service or ServiceEntry has it", found.ToString());
    }

    [Fact]
    public void Run_AListsItem_NamesTheLineInTheFile()
    {
        const string List = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Namespace\n  metadata:\n    name: shop\n- apiVersion: v1\n  kind: Service\n  metadata: {name: s}\n  spec:\n    ports:\n    - port: 80\n";

        Assert.Equal(["Namespace shop dir/f.yaml:7", "Service default/s dir/f.yaml:13"], Run(List).Where(m => m.Type.Level == MessageLevel.Info).Select(m => $"{m.Origin} {m.Reference}"));
    }

    [Fact]
    public void Run_ADocumentThatIsNoYaml_IsReportedWithItsFile()
    {
        var found = Assert.Single(Run("a: [b"));

        Assert.Equal("IST0106", found.Type.Code);
        Assert.StartsWith("Error [IST0106] (dir/f.yaml:", found.ToString(), StringComparison.Ordinal);
        Assert.Empty(MeshAnalysis.Run(new AnalysisInput { Documents = ObjectReader.Read("a: [b", "f.yaml"), IgnoreUnknown = true }));
    }

    [Fact]
    public void Run_Nothing_FindsNothing() => Assert.Empty(Analysed.Run(new AnalysisInput()));

    [Fact]
    public void Run_FilesWithTheMesh_SeesTheMeshAsItWillBe()
    {
        var mesh = new RunningMesh(Live("Service default/reviews\nspec: {selector: {app: reviews}, ports: [{name: http, port: 80}]}"), [Workload("reviews-0", ("app", "reviews"), ("version", "v1"))]);

        var alone = Codes(new AnalysisInput { Documents = Analysed.Read(Canary) });
        var together = Codes(new AnalysisInput { Documents = Analysed.Read(Canary), Mesh = mesh });

        Assert.Equal(["IST0101 VirtualService default/reviews", "IST0174 DestinationRule default/reviews", "MESH0011 VirtualService default/reviews"], alone);
        Assert.Equal(["IST0173 DestinationRule default/reviews"], together); // subset v2, which nobody runs yet
    }

    [Fact]
    public void Run_AFileThatReplacesAnObject_KeepsItsAge()
    {
        var old = Live("""
            PeerAuthentication default/b-old
            spec: {mtls: {mode: STRICT}}
            """);
        var mesh = new RunningMesh(old, []);

        var found = Codes(new AnalysisInput { Documents = Analysed.Read("PeerAuthentication default/a-new\nspec: {mtls: {mode: DISABLE}}\n\nPeerAuthentication default/b-old\nspec: {mtls: {mode: PERMISSIVE}}"), Mesh = mesh });

        Assert.Equal(["MESH0007 PeerAuthentication default/a-new"], found); // what is new is the youngest, whatever its name
    }

    [Fact]
    public void Run_AnObjectOfTheMesh_HasNoFile()
    {
        var found = Assert.Single(MeshAnalysis.Run(new AnalysisInput { Mesh = new RunningMesh(Live("DestinationRule default/a\nspec: {host: gone}"), []) }));

        Assert.Equal(("", 0, "Warning [IST0174] (DestinationRule default/a) "), (found.Reference, found.Line, found.ToString()[..46]));
    }

    [Fact]
    public void Run_ARunningGateway_IsAWorkloadOfTheMesh()
    {
        var objects = Live("Gateway default/g\nspec: {selector: {istio: edge}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [\"*\"]}]}\n\nAuthorizationPolicy default/a\nspec: {selector: {matchLabels: {istio: edge}}}");
        var gateway = new RunningWorkload(new WorkloadId("default", "edge-0"), ImmutableSortedDictionary<string, string>.Empty.Add("istio", "edge"), HasSidecar: false, IsGateway: true);

        Assert.Equal(["MESH0012 Gateway default/g"], Codes(new AnalysisInput { Mesh = new RunningMesh(objects, [gateway]) }).Where(c => !c.StartsWith("IST0106", StringComparison.Ordinal)));
    }

    private const string Canary = """
        DestinationRule default/reviews
        spec: {host: reviews, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}

        VirtualService default/reviews
        spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews, subset: v1}}]}]}
        """;

    private static ImmutableArray<AnalysisMessage> Run(string yaml) => MeshAnalysis.Run(new AnalysisInput { Documents = ObjectReader.Read(yaml, "dir/f.yaml") });

    private static IEnumerable<string> Codes(AnalysisInput input) => MeshAnalysis.Run(input).Select(m => $"{m.Type.Code} {m.Origin}").Distinct().Order(StringComparer.Ordinal);

    private static ImmutableArray<ObjectDocument> Live(string shorthand) =>
        [.. Analysed.Read(shorthand, "").Select(d => d with { Draft = d.Draft! with { Metadata = d.Draft.Metadata with { CreationTimestamp = DateTimeOffset.UnixEpoch } } })];

    private static RunningWorkload Workload(string name, params (string Key, string Value)[] labels) =>
        new(new WorkloadId("default", name), labels.ToImmutableSortedDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal), HasSidecar: true, IsGateway: false);
}
