using System.Collections.Immutable;
using System.Text;
using Mesh.Core.Resources;

namespace Mesh.Analysis.Tests;

/// <summary>Sets of objects made at random from few names, so that they meet; odd values among them.</summary>
public sealed class RandomSetTests
{
    private static readonly string[] Namespaces = ["a", "b", "mesh-system"];
    private static readonly string[] Names = ["x", "y", "z"];

    private static readonly string[] Hosts =
        ["x", "y", "z", "x", "y", "z", "www.test", "x.a.svc.cluster.local", "y.b.svc.cluster.local", "*", "*.a.svc.cluster.local", "*.test", "www.test", "", "UPPER.test", "a..b", "~", "*x", "é.test", "10.0.0.1", ".", "b/www.test", "./x", "*/*"];

    private static readonly string[] Kinds =
    [
        "VirtualService", "DestinationRule", "Gateway", "ServiceEntry", "Sidecar", "PeerAuthentication", "RequestAuthentication", "AuthorizationPolicy", "Telemetry",
        "VirtualService", "DestinationRule", "Service", "Service", "Pod", "Pod", "Namespace", "Deployment", "Secret", "LocalMesh", "MeshConfig",
    ];

    [Fact]
    public void Run_RandomSets_NeverFailsAndIsDeterministic()
    {
        var codes = new HashSet<string>();
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var documents = Documents(random);

            var found = MeshAnalysis.Run(new AnalysisInput { Documents = documents });
            var again = MeshAnalysis.Run(new AnalysisInput { Documents = documents });

            Assert.True(found.All(m => m.Type.Code != "IST0001"), $"seed {seed}: {found.FirstOrDefault(m => m.Type.Code == "IST0001")}");
            Assert.Equal(found, again);
            codes.UnionWith(found.Select(m => m.Type.Code));
        }

        Assert.True(codes.Count > 35, $"the sets are too tame: {string.Join(", ", codes.Order(StringComparer.Ordinal))}");
    }

    [Fact]
    public void Run_TheSameObjectsInAnotherOrder_FindsTheSame()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var documents = Documents(new Random(seed)).DistinctBy(d => d.Key).ToImmutableArray(); // of doubles the last one wins
            var other = documents.ToArray();
            new Random(seed).Shuffle(other);

            Assert.Equal(
                MeshAnalysis.Run(new AnalysisInput { Documents = documents }).Select(m => m.ToString()),
                MeshAnalysis.Run(new AnalysisInput { Documents = [.. other] }).Select(m => m.ToString()));
        }
    }

    [Fact]
    public void Run_RandomMesh_NeverFails()
    {
        for (var seed = 1000; seed < 1050; seed++)
        {
            var random = new Random(seed);
            var mesh = new RunningMesh(Documents(random, ""), []);

            Assert.DoesNotContain(MeshAnalysis.Run(new AnalysisInput { Documents = Documents(random), Mesh = mesh }), m => m.Type.Code == "IST0001");
        }
    }

    private static ImmutableArray<ObjectDocument> Documents(Random random, string file = "f.yaml")
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 60); i > 0; i--)
            text.Append(CultureFree($"{Pick(random, Kinds)} {Pick(random, Namespaces)}/{Pick(random, Names)}\n")).Append("labels: ").Append(Labels(random)).Append("\nspec: ").Append(Spec(random)).Append("\n\n");
        return Analysed.Read(text.ToString(), file);
    }

    // One pool of fields for all kinds: those of other kinds make refused objects, which are analysed too.
    private static string Spec(Random random)
    {
        var fields = new List<string>();
        Add("hosts", () => List(random, () => Host(random)));
        Add("host", () => Host(random));
        Add("gateways", () => List(random, () => Pick(random, ["mesh", "x", "a/y", "b/", "/", "\"\""])));
        Add("http", () => List(random, () => Rule(random)));
        Add("tcp", () => List(random, () => $"{{match: [{{port: {random.Next(0, 3)}}}], route: [{Destination(random)}]}}"));
        Add("tls", () => List(random, () => $"{{match: [{{sniHosts: {List(random, () => Host(random))}}}], route: [{Destination(random)}]}}"));
        Add("subsets", () => List(random, () => $"{{name: {Pick(random, Names)}1, labels: {Labels(random)}}}"));
        Add("trafficPolicy", () => $"{{tls: {{mode: {Pick(random, ["SIMPLE", "MUTUAL", "DISABLE", "ISTIO_MUTUAL"])}}}, portLevelSettings: [{{port: {{number: 80}}, tls: {{mode: DISABLE}}}}, {{}}]}}");
        if (random.Next(3) == 0) Add("exportTo", () => List(random, () => Pick(random, ["\".\"", "\"*\"", "\"~\"", "a", "gone"])));
        Add("selector", () => random.Next(3) == 0 ? Labels(random) : $"{{matchLabels: {Labels(random)}}}");
        Add("workloadSelector", () => $"{{labels: {Labels(random)}}}");
        Add("servers", () => List(random, () => $"{{port: {{number: {Pick(random, ["80", "80", "443", "0", "90000"])}, name: p, protocol: HTTPS}}, hosts: {List(random, () => Host(random))}, tls: {{mode: SIMPLE, credentialName: {Pick(random, Names)}c}}}}"));
        Add("ports", () => List(random, () => $"{{name: {Pick(random, ["http", "tcp-1", "web", "\"\""])}, number: {random.Next(1, 3)}, port: {random.Next(1, 3)}, protocol: {Pick(random, ["TCP", "HTTP", "UDP", "\"\""])}, targetPort: {Pick(random, ["1", "http", "0"])}}}"));
        Add("mtls", () => $"{{mode: {Pick(random, ["STRICT", "DISABLE", "PERMISSIVE", "UNSET"])}}}");
        Add("portLevelMtls", () => "{1: {mode: DISABLE}, 2: null}");
        Add("jwtRules", () => "[{issuer: i}]");
        Add("rules", () => "[{from: [{source: {namespaces: [a, \"*\", \"\", gone*]}}, {}]}, null]");
        Add("accessLogging", () => "[{}, {providers: [{name: x}]}]");
        Add("workloads", () => List(random, () => $"{{name: {Pick(random, Names)}w, namespace: {Pick(random, Namespaces)}, labels: {Labels(random)}, sidecar: {Pick(random, ["true", "false"])}}}"));
        Add("template", () => $"{{metadata: {{labels: {Labels(random)}}}, spec: {{containers: [{{name: istio-proxy, image: auto}}, null, 3]}}}}");
        Add("containers", () => "[{name: istio-proxy}, {name: app, securityContext: {runAsUser: 1337}}]");
        Add("rootNamespace", () => Pick(random, Namespaces));
        Add("resolution", () => "DNS");
        return "{" + string.Join(", ", fields) + "}";

        void Add(string name, Func<string> value)
        {
            if (random.Next(3) > 0) fields.Add($"{name}: {(random.Next(25) == 0 ? Pick(random, ["null", "3", "[]", "{}", "\"\""]) : value())}");
        }
    }

    private static string Rule(Random random) =>
        $"{{match: {List(random, () => Match(random))}, route: {List(random, () => Destination(random))}, mirror: {{host: {Host(random)}}}, delegate: {{name: {Pick(random, Names)}d}}, retries: {{attempts: 2, retryOn: 5xx}}}}";

    private static string Match(Random random) =>
        $"{{uri: {{{Pick(random, ["exact", "prefix", "regex"])}: {Pick(random, ["/", "/a", "/a/b", "\"\""])}}}, method: {{exact: POST}}, headers: {{\"@request.auth.claims.x\": {{exact: v}}}}, port: {random.Next(0, 3)}, ignoreUriCase: {Pick(random, ["true", "false"])}}}";

    private static string Destination(Random random) => $"{{destination: {{host: {Host(random)}, subset: {Pick(random, ["x1", "y1", "\"\""])}, port: {{number: {random.Next(0, 3)}}}}}}}";

    private static string Labels(Random random) => random.Next(3) switch { 0 => "{}", 1 => $"{{app: {Pick(random, Names)}l}}", _ => $"{{app: {Pick(random, Names)}l, tier: web}}" };

    private static string Host(Random random) => $"\"{Pick(random, Hosts)}\"";

    private static string List(Random random, Func<string> item) => "[" + string.Join(", ", Enumerable.Range(0, random.Next(0, 4)).Select(_ => item())) + "]";

    private static string Pick(Random random, string[] values) => values[random.Next(values.Length)];

    private static string CultureFree(FormattableString text) => FormattableString.Invariant(text);
}
