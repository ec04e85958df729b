using Mesh.Cli.Local.Tour;
using Mesh.Core.Resources;

namespace Mesh.Cli.Tests.Local.Tour;

public sealed class CatalogueRoutesTests
{
    public static TheoryData<string> Routes => [CatalogueRoutes.Split(90, 10), CatalogueRoutes.Retries(0), CatalogueRoutes.Retries(3), CatalogueRoutes.Timeout("0.3s")];

    [Theory]
    [MemberData(nameof(Routes))]
    public void Routes_EachOfTheTour_IsAValidVirtualService(string yaml)
    {
        var document = Assert.Single(ObjectReader.Read(yaml, "tour.yaml"));

        Assert.Empty(document.Diagnostics);
        Assert.Equal("VirtualService.networking.istio.io/default/catalogue", document.Key?.ToString());
    }
}
