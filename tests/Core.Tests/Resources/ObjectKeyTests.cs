using Mesh.Core.Resources;

namespace Mesh.Core.Tests.Resources;

public sealed class ObjectKeyTests
{
    [Theory]
    [InlineData("VirtualService.networking.istio.io/default/reviews", "VirtualService")]
    [InlineData("Service/default/reviews", "Service")]
    [InlineData("MeshConfig.mesh.dev//default", "MeshConfig")]
    public void TryParse_ItsOwnText_GivesItBack(string text, string shortKind)
    {
        Assert.True(ObjectKey.TryParse(text, out var key));
        Assert.Equal(text, key.ToString());
        Assert.Equal(shortKind, key.ShortKind);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Service/default")]
    [InlineData("/default/a")]
    [InlineData("Service/default/")]
    [InlineData("Service/default/a/b")]
    public void TryParse_AnythingElse_Fails(string? text) => Assert.False(ObjectKey.TryParse(text, out _));

    [Fact]
    public void CompareTo_SortsByKindNamespaceName()
    {
        ObjectKey[] keys = [new("b", "a", "a"), new("a", "b", "a"), new("a", "a", "b"), new("a", "a", "a")];

        Assert.Equal(keys.Reverse(), keys.Order());
    }
}
