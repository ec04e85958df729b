using System.Text.Json;
using Mesh.Cli.Output;

namespace Mesh.Cli.Tests.Commands;

/// <summary>The commands that need no mesh: validate, explain, convert, crds.</summary>
public sealed class SchemaCommandsTests
{
    private const string Good = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\nspec: {hosts: [a], http: [{route: [{destination: {host: a}}]}]}\n";
    private const string Suspicious = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: b}\nspec:\n  hosts: [a]\n  http: [{route: [{destination: {host: a}, weight: 1}, {destination: {host: b}}]}]\n";
    private const string Bad = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: c, namespace: shop}\nspec:\n  hosts: [a]\n  http:\n  - tymeout: 1s\n    route: [{destination: {host: a}}]\n";

    [Theory]
    [InlineData(Good, ExitCodes.Ok, "1 document: 0 errors, 0 warnings\n")]
    [InlineData(Suspicious, ExitCodes.Ok, "1 document: 0 errors, 1 warning\n")]
    [InlineData(Good + "---\n" + Bad, ExitCodes.Failed, "2 documents: 1 error, 0 warnings\n")]
    [InlineData(Good + "---\n" + Good, ExitCodes.Failed, "2 documents: 1 error, 0 warnings\n")]
    public async Task Validate_Documents_ExitCodeSaysTheWorst(string yaml, int expected, string summary)
    {
        using var directory = new TemporaryDirectory();

        var (code, output, error) = await RunAsync("validate", "-f", directory.File("a.yaml", yaml));

        Assert.Equal(expected, code);
        Assert.EndsWith(summary, output, StringComparison.Ordinal);
        Assert.Empty(error);
    }

    [Fact]
    public async Task Validate_AnError_NamesFileDocumentObjectFieldReasonHintAndLine()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("a.yaml", Good + "---\n" + Bad);

        var (_, output, _) = await RunAsync("validate", "-f", file);

        Assert.StartsWith($"{file}:2  VirtualService shop/c  spec.http[0].tymeout: unknown field. Did you mean \"timeout\"? (line 12)\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_AsJson_HasTheSameInFields()
    {
        using var directory = new TemporaryDirectory();

        var (code, output, _) = await RunAsync("validate", "-o", "json", "-f", directory.File("a.yaml", Bad));

        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Equal(1, report.GetProperty("errors").GetInt32());
        var finding = report.GetProperty("findings")[0];
        Assert.Equal("error", finding.GetProperty("severity").GetString());
        Assert.Equal("spec.http[0].tymeout", finding.GetProperty("path").GetString());
        Assert.Equal(7, finding.GetProperty("line").GetInt32());
        Assert.Equal("shop", finding.GetProperty("namespace").GetString());
    }

    [Theory]
    [InlineData("validate -f /nonexistent.yaml", "/nonexistent.yaml: no such file or directory")]
    [InlineData("validate -f x.yaml -o xml", "xml")]
    [InlineData("validate", "--filename")]
    [InlineData("explain vs.http.retrys", "Did you mean retries?")]
    [InlineData("explain vritualservice", "Did you mean virtualservice?")]
    [InlineData("explain", "KIND")]
    [InlineData("convert -f x.yaml --to nginx", "nginx")]
    public async Task Run_WhatCannotBeUnderstood_IsAUsageError(string line, string message)
    {
        var (code, output, error) = await RunAsync(line.Split(' '));

        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Fact]
    public async Task Validate_WithoutDocuments_IsAUsageError()
    {
        using var directory = new TemporaryDirectory();

        var (code, _, error) = await RunAsync("validate", "-f", directory.File("empty.yaml", "# nothing\n"));

        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains("nothing to validate", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_AField_SaysWhatItMeansAndHowItIsEnforced()
    {
        var (code, output, _) = await RunAsync("explain", "vs.http.retries");

        Assert.Equal(ExitCodes.Ok, code);
        Assert.StartsWith("VirtualService.networking.istio.io  spec.http.retries\n", output, StringComparison.Ordinal);
        Assert.Contains("\n  mesh:      enforced\n", output, StringComparison.Ordinal);
        Assert.Contains("\n  attempts  <whole number>\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_AsJson_HasTheSameInFields()
    {
        var (_, output, _) = await RunAsync("explain", "pa.mtls.mode", "-o", "json");

        var found = JsonDocument.Parse(output).RootElement;
        Assert.Equal("spec.mtls.mode", found.GetProperty("path").GetString());
        Assert.Equal("UNSET, DISABLE, PERMISSIVE, STRICT", found.GetProperty("allowed").GetString());
        Assert.Equal("enforced", found.GetProperty("enforcement").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Convert_AnOldObject_IsPrintedAsTheCurrentOne()
    {
        using var directory = new TemporaryDirectory();

        var (code, output, error) = await RunAsync("convert", "-f", directory.File("a.yaml", Good.Replace("/v1\n", "/v1alpha3\n", StringComparison.Ordinal)));

        Assert.Equal(ExitCodes.Ok, code);
        Assert.StartsWith("apiVersion: networking.istio.io/v1\nkind: VirtualService\n", output, StringComparison.Ordinal);
        Assert.Empty(error);
    }

    [Fact]
    public async Task Convert_WhatIsLost_IsNamedOnStandardErrorAndFails()
    {
        using var directory = new TemporaryDirectory();

        var (code, output, error) = await RunAsync("convert", "-f", directory.File("a.yaml", Good + "---\napiVersion: rbac.istio.io/v1alpha1\nkind: ServiceRole\nmetadata: {name: d}\n"));

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("kind: VirtualService", output, StringComparison.Ordinal);
        Assert.Contains("a.yaml:2  ServiceRole default/d  kind: not converted: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crds_ToADirectory_WritesAFileForEachKind()
    {
        using var directory = new TemporaryDirectory();
        var folder = Path.Combine(directory.Path, "crds");

        var (code, output, _) = await RunAsync("crds", "-d", folder);

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Contains(Path.Combine(folder, "networking.istio.io_virtualservices.yaml"), output, StringComparison.Ordinal);
        Assert.All(Directory.EnumerateFiles(folder), file => Assert.Contains("kind: CustomResourceDefinition", File.ReadAllText(file), StringComparison.Ordinal));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Program.RunAsync(arguments, new Terminal(output, error, isTerminal: false));
        return (code, output.ToString(), error.ToString());
    }
}
