using System.Net;
using System.Text.Json;
using Mesh.Cli.Client;
using Mesh.Cli.Local;
using Mesh.Cli.Local.State;
using Mesh.Cli.Output;
using Mesh.Cli.Tests.Client;
using Microsoft.AspNetCore.Http;

namespace Mesh.Cli.Tests.Commands;

/// <summary>Files as people have them: Deployments and accounts beside what the mesh keeps.</summary>
public sealed class ForeignDocumentsTests : IDisposable
{
    private const string Service = "apiVersion: v1\nkind: Service\nmetadata: {name: details}\nspec: {selector: {app: details}, ports: [{name: http, port: 9080}]}\n";

    private const string Foreign =
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: details}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: details-v1}
        spec: {replicas: 1, selector: {matchLabels: {app: details}}, template: {metadata: {labels: {app: details}}, spec: {containers: [{name: details, image: details}]}}}
        ---
        apiVersion: cert-manager.io/v1
        kind: Certificate
        metadata: {name: details}

        """;

    private const string All = Service + "---\n" + Foreign;

    private const string Kinds = "Certificate (1), Deployment (1), ServiceAccount (1)";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Validate_KindsOfOthers_AreSkippedInOneNote()
    {
        var (code, output, error) = await RunAsync("validate", "-f", _directory.File("a.yaml", All));

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Equal("4 documents: 0 errors, 0 warnings, 3 skipped\n", output);
        Assert.Equal($"note: skipped 3 documents of kinds that are not the mesh's: {Kinds}. They are for others to judge.\n", error);
    }

    [Fact]
    public async Task Validate_AsJson_NamesWhatIsSkipped()
    {
        var (_, output, _) = await RunAsync("validate", "-o", "json", "-f", _directory.File("a.yaml", All));

        var skipped = JsonDocument.Parse(output).RootElement.GetProperty("skipped");
        Assert.Equal(["ServiceAccount details", "Deployment details-v1", "Certificate details"], skipped.EnumerateArray().Select(s => $"{s.GetProperty("kind")} {s.GetProperty("name")}"));
        Assert.Equal(4, skipped[1].GetProperty("document").GetInt32() + skipped[0].GetProperty("document").GetInt32() - 1);
    }

    [Fact]
    public async Task Validate_MisspelledGroup_IsAnErrorAndNotSkipped()
    {
        var (code, output, error) = await RunAsync("validate", "-f", _directory.File("a.yaml", "apiVersion: netwroking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\n"));

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("Did you mean VirtualService of networking.istio.io/v1?", output, StringComparison.Ordinal);
        Assert.Empty(error);
    }

    [Fact]
    public async Task Analyze_KindsNoAnalyzerReads_AreSkippedInOneNote()
    {
        var (code, output, error) = await RunAsync("analyze", _directory.File("a.yaml", All), "--output-threshold", "Error");

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Equal("✔ Nothing found in 4 documents.\n", output);
        Assert.Equal("note: skipped 2 documents of kinds that are not the mesh's: Certificate (1), ServiceAccount (1). No analyzer reads them.\n", error);
    }

    [Fact]
    public async Task Convert_KindsOfOthers_AreNotInTheOutput()
    {
        var (code, output, error) = await RunAsync("convert", "-f", _directory.File("a.yaml", All));

        Assert.Equal(ExitCodes.Ok, code);
        Assert.StartsWith("apiVersion: v1\nkind: Service\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("---", output, StringComparison.Ordinal);
        Assert.Equal($"note: skipped 3 documents of kinds that are not the mesh's: {Kinds}. They are not in the output.\n", error);
    }

    [Fact]
    public async Task Apply_KindsOfOthers_AreNamedAndNotSent()
    {
        using var root = new FakeRoot();
        var sent = "";
        await using var replica = await FakeApi.StartAsync(root.Server(IPAddress.Loopback), async context =>
        {
            sent = await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"revision": 7, "results": [{"file": "a.yaml", "document": 1, "key": "Service/default/details", "action": "created", "revision": 7}]}""");
        });
        WriteContext(root, replica.Url);
        using var running = StateLock.Acquire(new StateDirectory(_directory.Path));

        var (code, output, error) = await RunAsync("apply", "-f", _directory.File("a.yaml", All), "--state-dir", _directory.Path);

        Assert.Equal($"note: skipped 3 documents of kinds that are not the mesh's: {Kinds}. They are for others: apply them with kubectl where they are needed.\n", error);
        Assert.Equal("service/details created\nserviceaccount/details skipped\ndeployment/details-v1 skipped\ncertificate/details skipped\n", output);
        Assert.Equal(ExitCodes.Ok, code);
        Assert.Single(JsonDocument.Parse(sent).RootElement.GetProperty("documents").EnumerateArray());
    }

    [Fact]
    public async Task Apply_NothingForTheMesh_Fails()
    {
        var (code, output, error) = await RunAsync("apply", "-f", _directory.File("a.yaml", Foreign), "--state-dir", _directory.Path);

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Empty(output);
        Assert.Contains($"nothing to apply: 3 documents of kinds that are not the mesh's: {Kinds}.", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ForUp_TakesTheRest()
    {
        var files = MeshFiles.Load([_directory.File("a.yaml", All + "---\napiVersion: mesh.dev/v1alpha1\nkind: LocalMesh\nmetadata: {name: m}\nspec: {workloads: [{name: details}]}\n")]);

        Assert.Equal(3, files.Foreign.All.Length);
        Assert.Equal("details", Assert.Single(files.Services).Name);
        Assert.Single(files.Documents);
    }

    private void WriteContext(FakeRoot root, string url) =>
        new MeshContext("test", [url], _directory.File("root.pem", root.Pem), _directory.File("token", "secret\n"), _directory.Path, []).Write(new StateDirectory(_directory.Path));

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Program.RunAsync(arguments, new Terminal(output, error, isTerminal: false));
        return (code, output.ToString(), error.ToString());
    }
}
