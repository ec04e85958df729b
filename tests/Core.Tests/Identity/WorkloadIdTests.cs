using Mesh.Core.Identity;

namespace Mesh.Core.Tests.Identity;

public sealed class WorkloadIdTests
{
    [Fact]
    public void TryParse_ItsOwnText_GivesItBack()
    {
        Assert.True(WorkloadId.TryParse("default/reviews-v1-0", out var id));
        Assert.Equal(new WorkloadId("default", "reviews-v1-0"), id);
        Assert.Equal("default/reviews-v1-0", id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a/b/c")]
    public void TryParse_AnythingElse_Fails(string? text) => Assert.False(WorkloadId.TryParse(text, out _));
}
