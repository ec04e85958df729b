using System.Net;
using System.Text;
using Mesh.MultiNode.Tests.Replicas;

namespace Mesh.MultiNode.Tests;

/// <summary>Bodies that are JSON and yet no request.</summary>
public sealed class ApiBodyTests
{
    [Fact]
    public async Task Put_OfALocalMesh_IsRefusedByName()
    {
        await using var mesh = await TestMesh.StartAsync(1);
        using var content = new StringContent(
            """{"apiVersion": "mesh.dev/v1alpha1", "kind": "LocalMesh", "metadata": {"name": "x"}, "spec": {"workloads": [{"name": "a"}]}}""", Encoding.UTF8, "application/json");
        using var response = await mesh.Replicas[0].Api.PutAsync("/apis/mesh.dev/v1alpha1/localmeshes/x", content, TestContext.Current.CancellationToken);
        Assert.Contains("LocalMesh is the input of `meshctl up`", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Post_NullMembers_AreRefusedByName()
    {
        await using var mesh = await TestMesh.StartAsync(1);
        foreach (var (path, body, said) in ((string, string, string)[])
            [
                ("apply", "null", "the body must not be null"),
                ("delete", "null", "the body must not be null"),
                ("apply", """{"documents": null}""", "documents must not be null"),
                ("apply", """{"documents": [null]}""", "documents[0] must not be null"),
                ("delete", """{"objects": null}""", "objects must not be null"),
            ])
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await mesh.Replicas[0].Api.PostAsync($"/mesh/v1/{path}", content, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains(said, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }
}
