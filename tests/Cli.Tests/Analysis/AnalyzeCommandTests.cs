using System.Text.Json;
using Mesh.Cli.Analysis;
using Mesh.Cli.Output;

namespace Mesh.Cli.Tests.Analysis;

public sealed class AnalyzeCommandTests : IDisposable
{
    private const string Errors =
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: a, namespace: shop}
        spec: {hosts: [shop.test], http: [{route: [{destination: {host: nobody}}]}]}
        """;

    private const string Warnings = "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a}\nspec: {host: nobody}\n";

    private const string Infos = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("log", "Analysis/objects.txt")]
    [InlineData("json", "Analysis/objects.json")]
    [InlineData("yaml", "Analysis/objects.out.yaml")]
    public async Task Run_Objects_PrintsAsInTheGoldenFile(string format, string golden)
    {
        var file = _directory.File("objects.yaml", await File.ReadAllTextAsync(GoldenFile.PathOf("Analysis/objects.yaml"), TestContext.Current.CancellationToken));

        var (code, output, error) = await RunAsync("analyze", "-f", file, "-o", format);

        Assert.Equal(ExitCodes.AnalyzerFoundIssues, code);
        Assert.Equal(format == "log" ? "5 errors, 3 warnings, 3 info in 5 documents\n" : "", error);
        GoldenFile.Check(golden, output.Replace(_directory.Path + "/", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Errors, "Error", 79)]
    [InlineData(Errors, "warning", 79)]
    [InlineData(Warnings, "Error", 0)]
    [InlineData(Warnings, "Warning", 79)]
    [InlineData(Infos, "Warning", 0)]
    [InlineData(Infos, "Info", 79)]
    public async Task Run_Threshold_DecidesTheExitCode(string objects, string threshold, int expected)
    {
        var (code, output, _) = await RunAsync("analyze", "-f", _directory.File("f.yaml", objects), "--failure-threshold", threshold);

        Assert.Equal(expected, code);
        Assert.Contains("f.yaml:", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OutputThreshold_HidesWhatIsBelowButCountsIt()
    {
        var (code, output, _) = await RunAsync("analyze", "-f", _directory.File("f.yaml", Warnings), "--output-threshold", "Error", "--failure-threshold", "Warning");

        Assert.Equal(ExitCodes.AnalyzerFoundIssues, code);
        Assert.DoesNotContain("IST0174", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CleanFiles_SaysSo()
    {
        var (code, output, error) = await RunAsync("analyze", _directory.File("f.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{name: http, port: 80}]}\n"));

        Assert.Equal((0, "✔ Nothing found in 1 document.\n", ""), (code, output, error));
    }

    [Fact]
    public async Task Run_Suppressed_IsLeftOutAndDoesNotFail()
    {
        var file = _directory.File("f.yaml", Errors);

        var (code, output, _) = await RunAsync("analyze", "-f", file, "--suppress", "IST0101=VirtualService shop/*", "-S", "MESH0011=VirtualService a.shop");

        Assert.Equal((0, "✔ Nothing found in 1 document.\n"), (code, output));
    }

    [Theory]
    [InlineData("shop", 79, true)]
    [InlineData("other", 0, false)]
    public async Task Run_Namespace_PrintsWhatIsAboutIt(string space, int expected, bool printed)
    {
        var (code, output, _) = await RunAsync("analyze", "-f", _directory.File("f.yaml", Errors), "-n", space);

        Assert.Equal(expected, code);
        Assert.Equal(printed, output.Contains("IST0101", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_Directory_IsReadToTheBottomOnlyWhenAsked()
    {
        Directory.CreateDirectory(Path.Combine(_directory.Path, "deep"));
        _directory.File("a.yaml", Infos);
        _directory.File("deep/b.yaml", Warnings);

        Assert.DoesNotContain("IST0174", (await RunAsync("analyze", "-f", _directory.Path)).Output, StringComparison.Ordinal);
        Assert.Contains("deep/b.yaml:4", (await RunAsync("analyze", "-R", "-f", _directory.Path)).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rootNamespace: policies\n")]
    [InlineData("apiVersion: mesh.dev/v1alpha1\nkind: MeshConfig\nmetadata: {name: default}\nspec: {rootNamespace: policies}\n")]
    public async Task Run_MeshConfigFile_IsInForce(string settings)
    {
        var file = _directory.File("f.yaml",
            "apiVersion: mesh.dev/v1alpha1\nkind: LocalMesh\nmetadata: {name: m}\nspec: {workloads: [{name: w, labels: {app: w}}]}\n---\n" +
            "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: p, namespace: policies}\nspec: {selector: {matchLabels: {app: w}}, mtls: {mode: STRICT}}\n");

        Assert.Contains("MESH0005", (await RunAsync("analyze", "-f", file)).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("MESH0005", (await RunAsync("analyze", "-f", file, "--meshConfigFile", _directory.File("mesh.yaml", settings))).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WrongMeshConfigFile_IsReportedOnItsOwnLine()
    {
        var (code, output, _) = await RunAsync("analyze", "-f", _directory.File("f.yaml", Infos), "--meshConfigFile", _directory.File("mesh.yaml", "# mine\nrootNamespaze: x\n"));

        Assert.Equal(ExitCodes.AnalyzerFoundIssues, code);
        Assert.Contains("mesh.yaml:2) spec.rootNamespaze: unknown field", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Terminal_HasColoursAndElsewhereNone()
    {
        var file = _directory.File("f.yaml", Errors);

        Assert.StartsWith("\u001b[31mError\u001b[0m [IST0101]", (await RunAsync(isTerminal: true, "analyze", "-f", file)).Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', (await RunAsync("analyze", "-f", file)).Output);
    }

    [Fact]
    public async Task Run_ListAnalyzers_NeedsNoMesh()
    {
        var (code, output, _) = await RunAsync("analyze", "--list-analyzers");

        Assert.Equal(0, code);
        Assert.Contains("virtualservice.ConflictingMeshGatewayHostsAnalyzer", output, StringComparison.Ordinal);
        Assert.Contains("IST0109", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--failure-threshold Fatal", "'Fatal' is not a level; use Info, Warning, Error")]
    [InlineData("--suppress IST0101", "is not of the form CODE=KIND NAMESPACE/NAME")]
    [InlineData("--suppress IST9=Pod", "there is no message 'IST9'")]
    [InlineData("-n a -A", "exclude each other")]
    [InlineData("-o table", "table")]
    public async Task Run_WrongOption_IsAUsageError(string options, string message)
    {
        var (code, output, error) = await RunAsync(["analyze", .. options.Split(' ')]);

        Assert.Equal((ExitCodes.Usage, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("analyze -f /nonexistent.yaml", "no such file", ExitCodes.Usage)]
    [InlineData("analyze --state-dir /nonexistent", "no mesh in /nonexistent", ExitCodes.Failed)]
    public async Task Run_WhatCannotBeRead_SaysWhy(string line, string message, int expected)
    {
        var (code, _, error) = await RunAsync(line.Split(' '));

        Assert.Equal(expected, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnObjectOfTheApi_KeepsItsAgeAndHasNoFile()
    {
        using var item = JsonDocument.Parse(
            """{"apiVersion":"networking.istio.io/v1","kind":"DestinationRule","metadata":{"name":"a","namespace":"shop","creationTimestamp":"2026-01-02T03:04:05Z"},"spec":{"host":"x.test"}}""");

        var document = Assert.Single(RunningMeshReader.Read(item.RootElement));

        Assert.Equal("", document.File);
        Assert.Empty(document.Diagnostics);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), document.Draft?.Metadata.CreationTimestamp);
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(params string[] line) => RunAsync(isTerminal: false, line);

    private static async Task<(int Code, string Output, string Error)> RunAsync(bool isTerminal, params string[] line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Program.RunAsync(line, new Terminal(output, error, isTerminal));
        return (code, output.ToString(), error.ToString());
    }
}
