using Mesh.Sidecar.Hosting;

namespace Mesh.Sidecar.Tests.Hosting;

public sealed class OpenFilesTests
{
    [Fact]
    public void RaiseLimit_SoftBelowHard_TakesAllOfIt()
    {
        // One below: nothing that runs beside this test can miss it.
        Assert.True(OpenFiles.TrySet(OpenFiles.HardLimit - 1));
        Assert.Equal(OpenFiles.HardLimit - 1, OpenFiles.Limit);

        Assert.Equal(OpenFiles.HardLimit, OpenFiles.RaiseLimit());
    }
}
