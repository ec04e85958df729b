using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Mesh.Translation.Tests.Builders;

/// <summary>Compares resources, as JSON, with a file beside the tests; <c>MESH_UPDATE_GOLDEN=1</c> rewrites the file instead.</summary>
internal static class GoldenFile
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(Registry()));

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Verify(string name, ProxyResources resources)
    {
        var actual = Render(resources);
        var file = Path.Combine(Directory(), name + ".json");
        if (Environment.GetEnvironmentVariable("MESH_UPDATE_GOLDEN") == "1") File.WriteAllText(file, actual);
        else Assert.Equal(File.ReadAllText(file), actual);
    }

    private static string Render(ProxyResources resources)
    {
        var document = new JsonObject
        {
            ["listeners"] = Render(resources.Listeners.Values),
            ["routes"] = Render(resources.Routes.Values),
            ["clusters"] = Render(resources.Clusters.Values),
            ["endpoints"] = Render(resources.Endpoints.Values),
            ["dependencies"] = new JsonArray([.. resources.Dependencies.Select(d => (JsonNode)d.ToString())]),
            ["problems"] = new JsonArray([.. resources.Problems.Select(p => (JsonNode)$"{p.Object} {p.Path}: {p.Reason}")]),
        };
        return document.ToJsonString(Indented) + "\n";
    }

    private static JsonArray Render(IEnumerable<ProxyResource> resources) =>
        new([.. resources.Select(r => JsonNode.Parse(Formatter.Format(r.Body)))]);

    private static TypeRegistry Registry() => TypeRegistry.FromMessages(
        typeof(Envoy.Config.Listener.V3.Listener).Assembly.GetTypes()
            .Where(t => typeof(IMessage).IsAssignableFrom(t))
            .Select(t => t.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
            .OfType<MessageDescriptor>());

    private static string Directory()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Mesh.sln"))) root = root.Parent;
        Assert.NotNull(root);
        return Path.Combine(root.FullName, "tests", "Translation.Tests", "Golden");
    }
}
