namespace Mesh.Analysis.Tests;

public sealed class SuppressionTests
{
    private const string Objects = """
        Service shop/legacy-a
        spec: {ports: [{name: x, port: 80}]}

        Service other/legacy-b
        spec: {ports: [{name: x, port: 80}]}

        Namespace shop
        """;

    [Theory]
    [InlineData("IST0118=Service shop/legacy-a", "IST0102 Namespace shop", "IST0118 Service other/legacy-b")]
    [InlineData("IST0118=Service legacy-a.shop", "IST0102 Namespace shop", "IST0118 Service other/legacy-b")]
    [InlineData("IST0118=service */legacy-*", "IST0102 Namespace shop")]
    [InlineData("ist0118=*", "IST0102 Namespace shop")]
    [InlineData("*=Service *", "IST0102 Namespace shop")]
    [InlineData("IST0102=Namespace sh?p", "IST0118 Service other/legacy-b", "IST0118 Service shop/legacy-a")]
    [InlineData("IST0102=Service *", "IST0102 Namespace shop", "IST0118 Service other/legacy-b", "IST0118 Service shop/legacy-a")]
    public void Run_WithASuppression_LeavesOutWhatItNames(string text, params string[] expected)
    {
        Assert.True(Suppression.TryParse(text, out var suppression, out _));

        var found = MeshAnalysis.Run(new AnalysisInput { Documents = Analysed.Read(Objects) }, [suppression]).Where(m => m.Type.Code is "IST0118" or "IST0102");

        Assert.Equal(expected, found.Select(m => $"{m.Type.Code} {m.Origin}"));
    }

    [Theory]
    [InlineData("IST0118", "is not of the form")]
    [InlineData("=Service x", "there is no message ''")]
    [InlineData("IST9999=Service x", "there is no message 'IST9999'")]
    [InlineData("IST0118=Service x y", "is not of the form")]
    public void TryParse_WrongText_SaysWhy(string text, string reason)
    {
        Assert.False(Suppression.TryParse(text, out _, out var problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IST0118")]
    [InlineData("IST0001, ist0118")]
    [InlineData("'*'")]
    public void Run_AnnotatedObject_IsLeftAlone(string codes) =>
        Assert.Empty(Analysed.Of("IST0118", $"Service shop/a\nannotations: {{galley.istio.io/analyze-suppress: \"{codes.Trim('\'')}\"}}\nspec: {{ports: [{{name: x, port: 80}}]}}"));

    [Fact]
    public void Run_AnnotatedPod_IsLeftAlone() =>
        Assert.Empty(Analysed.Of("IST0147", "Pod shop/a\nannotations: {galley.istio.io/analyze-suppress: IST0147}\nspec: {containers: [{name: istio-proxy, image: auto}]}"));

    [Fact]
    public void Run_AnnotationForAnotherCode_SuppressesNothing() =>
        Assert.Single(Analysed.Of("IST0118", "Service shop/a\nannotations: {galley.istio.io/analyze-suppress: IST0108}\nspec: {ports: [{name: x, port: 80}]}"));

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("a*b*c", "aXXbYYc", true)]
    [InlineData("a*b*c", "aXXbYY", false)]
    [InlineData("*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("?", "", false)]
    [InlineData("A?c", "abC", true)]
    [InlineData("**", "x*y", true)]
    public void Matches_Pattern_AsShellsDo(string pattern, string text, bool expected) => Assert.Equal(expected, Glob.Matches(pattern, text));
}
