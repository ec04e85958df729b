using System.Net;
using System.Text;
using System.Text.Json;
using Mesh.Core.Documents;
using Mesh.Core.Kinds;
using Mesh.Core.Schema.Crds;
using Mesh.TestKit.Kubernetes;

namespace Mesh.Core.Tests.Schema;

/// <summary>An API server that has the mesh's definitions. Not started where there is none to start; its tests skip.</summary>
public sealed class CrdServer : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    private ApiServer? server;

    /// <summary>What the server said of each definition: name, status code, warnings and message.</summary>
    public IReadOnlyList<(string Name, HttpStatusCode Code, string Said)> Created { get; private set; } = [];

    /// <summary>Each definition as the server has it, once it is established or the wait for it was over.</summary>
    public IReadOnlyDictionary<string, JsonElement> Definitions { get; private set; } = new Dictionary<string, JsonElement>();

    public HttpClient Client => server!.Client;

    public async ValueTask InitializeAsync()
    {
        if (ApiServerPrograms.SkipReason is not null) return;
        server = await ApiServer.StartAsync(CancellationToken.None);
        var created = new List<(string, HttpStatusCode, string)>();
        foreach (var kind in CrdBuilder.Kinds)
        {
            using var answer = await PostAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", CrdBuilder.Build(kind, TestDescriptions.Load()).ToJsonString());
            created.Add(($"{kind.Plural}.{kind.Group}", answer.StatusCode, await SaidAsync(answer)));
        }

        Created = created;
        Definitions = await WhenEstablishedAsync([.. created.Where(c => c.Item2 == HttpStatusCode.Created).Select(c => c.Item1)]);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }

    /// <summary>Has the server judge a document, in that version, without keeping it: status code, and message or warnings.</summary>
    public async Task<(HttpStatusCode Code, string Said)> JudgeAsync(KindInfo kind, string version, string yaml)
    {
        var json = SourceJson.Of(YamlTree.Parse(new(yaml, 1))!)!;
        json["apiVersion"] = kind.ApiVersionOf(version);
        json["metadata"]!.AsObject().Remove("namespace"); // there is only default
        var scope = kind.Namespaced ? "namespaces/default/" : "";
        using var answer = await PostAsync($"apis/{kind.Group}/{version}/{scope}{kind.Plural}?dryRun=All&fieldValidation=Strict", json.ToJsonString());
        return (answer.StatusCode, await SaidAsync(answer));
    }

    private Task<HttpResponseMessage> PostAsync(string path, string json) => Client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    private static async Task<string> SaidAsync(HttpResponseMessage answer)
    {
        var warnings = answer.Headers.TryGetValues("Warning", out var given) ? string.Join("\n", given) + "\n" : "";
        if (answer.IsSuccessStatusCode) return warnings;
        var body = await answer.Content.ReadAsStringAsync();
        return warnings + (body.StartsWith('{') ? JsonDocument.Parse(body).RootElement.GetProperty("message").GetString() : body);
    }

    // Established, and served: discovery follows the condition.
    private async Task<Dictionary<string, JsonElement>> WhenEstablishedAsync(string[] names)
    {
        using var bound = new CancellationTokenSource(Bound);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var found = new Dictionary<string, JsonElement>();
            foreach (var name in names)
                found[name] = JsonDocument.Parse(await Client.GetStringAsync($"apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}")).RootElement;
            if (found.Values.All(d => IsTrue(d, "Established")) && await AreServedAsync(found.Values)) return found;
            try
            {
                await tick.WaitForNextTickAsync(bound.Token);
            }
            catch (OperationCanceledException)
            {
                return found; // the tests say which condition is missing
            }
        }
    }

    private async Task<bool> AreServedAsync(IEnumerable<JsonElement> definitions)
    {
        foreach (var spec in definitions.Select(d => d.GetProperty("spec")))
            foreach (var version in spec.GetProperty("versions").EnumerateArray())
            {
                using var answer = await Client.GetAsync($"apis/{spec.GetProperty("group").GetString()}/{version.GetProperty("name").GetString()}/{spec.GetProperty("names").GetProperty("plural").GetString()}");
                if (!answer.IsSuccessStatusCode) return false;
            }

        return true;
    }

    public static bool IsTrue(JsonElement definition, string condition) =>
        definition.TryGetProperty("status", out var status) && status.TryGetProperty("conditions", out var conditions) && conditions.EnumerateArray()
            .Any(c => c.GetProperty("type").GetString() == condition && c.GetProperty("status").GetString() == "True");
}
