using Mesh.Cluster.Api;

namespace Mesh.Cluster.Tests.Api;

public sealed class ApplyJudgeTests
{
    private const string Good = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}], selector: {app: a}}\n";

    [Fact]
    public void Judge_GoodAndBad_EachOnItsOwn()
    {
        var judged = Judge(Good, "apiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {nonsense: 1}\n");
        Assert.Equal("Service/default/a", judged[0].Change?.Key);
        Assert.Null(judged[1].Change);
        Assert.NotEmpty(judged[1].Errors);
    }

    [Fact]
    public void Judge_SameObjectTwice_SecondIsRefused()
    {
        var judged = Judge(Good, Good);
        Assert.NotNull(judged[0].Change);
        Assert.Contains("document 1", Assert.Single(judged[1].Errors).Reason, StringComparison.Ordinal);
    }

    private static IReadOnlyList<JudgedDocument> Judge(params string[] documents) => ApplyJudge.Judge(new ApplyRequest
    {
        Documents = [.. documents.Select((yaml, i) => new ApplyDocument { File = "f.yaml", Document = i + 1, Yaml = yaml })],
    });
}
