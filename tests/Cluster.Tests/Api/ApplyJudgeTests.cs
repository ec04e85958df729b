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

    [Theory]
    [InlineData("cluster.local", true)]
    [InlineData("other.example", false)]
    public void Judge_MeshConfigOfAnotherTrustDomain_IsRefused(string trustDomain, bool accepted)
    {
        var yaml = $"apiVersion: mesh.dev/v1alpha1\nkind: MeshConfig\nmetadata: {{name: default}}\nspec: {{trustDomain: {trustDomain}}}\n";

        var judged = Assert.Single(ApplyJudge.Judge(new ApplyRequest { Documents = [new ApplyDocument { File = "f.yaml", Yaml = yaml }] }, "cluster.local"));

        Assert.Equal(accepted, judged.Change is not null);
        if (!accepted) Assert.Equal("spec.trustDomain", Assert.Single(judged.Errors).Path);
    }

    [Fact]
    public void Judge_LocalMesh_IsRefusedByNameAndTheOthersAreNot()
    {
        var judged = Judge("apiVersion: mesh.dev/v1alpha1\nkind: LocalMesh\nmetadata: {name: x}\nspec: {workloads: [{name: a}]}\n", Good);
        Assert.Null(judged[0].Change);
        Assert.Contains("LocalMesh is the input of `meshctl up`", Assert.Single(judged[0].Errors).Reason, StringComparison.Ordinal);
        Assert.NotNull(judged[1].Change);
    }

    [Fact]
    public void Judge_AKindThatIsNotTheMeshs_IsSkippedByName()
    {
        var judged = Judge("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n", Good);

        var result = judged[0].ToResult(new Dictionary<string, Mesh.Cluster.Wire.ConfigOutcome>());
        Assert.Equal((ApplyJudge.Skipped, 0), (result.Action, result.Errors.Count));
        Assert.Contains("Deployment is not an object of the mesh", Assert.Single(result.Warnings).Reason, StringComparison.Ordinal);
        Assert.NotNull(judged[1].Change);
    }

    private static IReadOnlyList<JudgedDocument> Judge(params string[] documents) => ApplyJudge.Judge(new ApplyRequest
    {
        Documents = [.. documents.Select((yaml, i) => new ApplyDocument { File = "f.yaml", Document = i + 1, Yaml = yaml })],
    });
}
