using System.Net;
using System.Text;
using Mesh.MultiNode.Tests.Replicas;

namespace Mesh.MultiNode.Tests;

/// <summary>Bodies that are JSON and yet no request.</summary>
public sealed class ApiBodyTests
{
    [Fact]
    public async Task Post_NullMembers_AreRefusedByName()
    {
        await using var mesh = await TestMesh.StartAsync(1);
        foreach (var (path, body, said) in ((string, string, string)[])
            [
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
