using System.Globalization;
using System.Text.Json;
using Mesh.Cli.Client;
using Mesh.Cli.Commands;
using Mesh.Cli.Output;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;

namespace Mesh.Cli.Tests.Output;

public sealed class OutputTests
{
    private const string VirtualServices =
        """
        {"kind": "VirtualServiceList", "apiVersion": "networking.istio.io/v1", "metadata": {"resourceVersion": "42"}, "items": [
          {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
           "metadata": {"name": "reviews", "namespace": "default", "resourceVersion": "41", "generation": 2, "creationTimestamp": "2020-01-01T00:00:00Z"},
           "spec": {"hosts": ["reviews", "*.example.com"], "gateways": ["shop"], "http": [{"timeout": "1s", "route": []}]}},
          {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": "a-longer-name", "namespace": "shop"}, "spec": {"hosts": ["on"]}}]}
        """;

    [Theory]
    [InlineData("table")]
    [InlineData("wide")]
    [InlineData("yaml")]
    [InlineData("name")]
    public void Render_VirtualServices_IsTheGoldenOne(string format)
    {
        using var list = JsonDocument.Parse(VirtualServices);

        var text = ObjectOutput.Render(KindRegistry.VirtualService, list.RootElement, format, allNamespaces: true, new FixedTime("2020-01-01T03:00:00Z"));

        GoldenFile.Check($"Output/virtualservices.{format}.txt", text);
    }

    [Fact]
    public void Render_YamlOfOneObject_IsReadBackAsTheSame()
    {
        using var list = JsonDocument.Parse(VirtualServices);
        var first = list.RootElement.GetProperty("items")[0];
        var spec = JsonSerializer.Deserialize<JsonElement>(first.GetRawText().Replace("\"route\": []", "\"route\": [{\"destination\": {\"host\": \"reviews\"}}]"));

        var document = Assert.Single(ObjectReader.Read(ObjectOutput.Render(KindRegistry.VirtualService, spec, "yaml", false, TimeProvider.System), "x"));

        Assert.Equal("VirtualService.networking.istio.io/default/reviews", document.Key?.ToString());
        Assert.NotNull(document.Object);
    }

    [Fact]
    public void Render_NoObjects_SaysSo()
    {
        using var empty = JsonDocument.Parse("""{"items": []}""");

        Assert.Equal("No services found.\n", ObjectOutput.Render(KindRegistry.Service, empty.RootElement, "table", false, TimeProvider.System));
    }

    [Fact]
    public void Render_Status_IsTheGoldenOne()
    {
        using var terminal = new StringWriter();
        var status = new StatusAnswer(42, "cluster.local",
            [new ReplicaStatus("cluster-0", "127.77.0.1", "Up", 42, true, false), new ReplicaStatus("cluster-1", "127.77.0.2", "Unreachable", 40, false, true)],
            [new AgentStatus("node-1", "cluster-1", true, 42, 2)],
            [new ProxyStatus("default/a-0", "sidecar", "node-1", true, true, 42, "0.1.0", []), new ProxyStatus("default/b-0", "sidecar", "node-1", true, false, 41, "0.1.0", [])],
            [new WorkloadStatus("default/a-0", "127.77.1.1", "node-1", "healthy", "a", null, null)]);

        GoldenFile.Check("Output/status.txt", StatusCommand.Render(status, new Terminal(terminal, terminal, isTerminal: false)));
    }

    [Theory]
    [InlineData("gateway", null, "default", false, "/apis/networking.istio.io/v1/namespaces/default/gateways")]
    [InlineData("svc", "a", "shop", false, "/api/v1/namespaces/shop/services/a")]
    [InlineData("virtualservices.networking.istio.io", null, "default", true, "/apis/networking.istio.io/v1/virtualservices")]
    [InlineData("mc", "demo", "default", false, "/apis/mesh.dev/v1alpha1/meshconfigs/demo")]
    public void PathOf_Kind_IsTheApisPath(string kind, string? name, string space, bool all, string expected)
    {
        Assert.True(KindRegistry.TryFindByUserName(kind, out var found));
        Assert.Equal(expected, GetCommand.PathOf(found, name, space, all));
    }

    private sealed class FixedTime(string now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.Parse(now, CultureInfo.InvariantCulture);
    }
}
