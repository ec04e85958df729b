using System.Text.Json;
using Mesh.Cluster.Api;

namespace Mesh.Cluster.Tests.Api;

public sealed class ApplyModelsTests
{
    [Theory]
    [InlineData("""{"documents": null}""", "documents")]
    [InlineData("""{"namespace": null}""", "namespace")]
    [InlineData("""{"documents": [{"yaml": ""}, null]}""", "documents[1]")]
    [InlineData("""{"documents": [{"file": null}]}""", "documents[0].file")]
    [InlineData("""{"documents": [{"yaml": null}]}""", "documents[0].yaml")]
    [InlineData("{}", null)]
    [InlineData("""{"documents": [{}]}""", null)]
    public void FindNull_ApplyRequest_NamesTheMember(string json, string? member) =>
        Assert.Equal(member, JsonSerializer.Deserialize<ApplyRequest>(json, ApiJson.Options)!.FindNull());

    [Theory]
    [InlineData("""{"objects": null}""", "objects")]
    [InlineData("""{"objects": ["a", null]}""", "objects[1]")]
    [InlineData("""{"objects": ["a"]}""", null)]
    public void FindNull_DeleteRequest_NamesTheMember(string json, string? member) =>
        Assert.Equal(member, JsonSerializer.Deserialize<DeleteRequest>(json, ApiJson.Options)!.FindNull());
}
