using Mesh.Cluster.Settings;

namespace Mesh.Cluster.Tests.Settings;

public sealed class ClusterOptionsTests
{
    [Fact]
    public void Validate_Everything_IsReportedAtOnce()
    {
        var errors = ClusterOptionsValidator.Validate(new ClusterOptions
        {
            Name = "a/b", Address = "nowhere", Database = new DatabaseOptions { Provider = "oracle" }, LeafHours = 0,
            Ports = new PortOptions { Api = 99999, Metrics = 8558 },
            Bootstrap = new BootstrapOptions { ContactPoints = ["x"], RequiredContactPoints = 3 },
        }).ToArray();
        foreach (var part in new[] { "name", "address", "oracle", "ports.api", "8558", "'x'", "requiredContactPoints", "leafHours", "root.key", "adminTokenFile" })
            Assert.Contains(errors, e => e.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_WithoutConfig_SaysHow()
    {
        var errors = new List<string>();
        Assert.Null(ClusterOptionsLoader.Load([], errors));
        Assert.Equal("usage: mesh-cluster --config FILE", Assert.Single(errors));
    }

    [Fact]
    public void Load_UnknownField_IsAnError()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """{"name": "a", "nmae": "b"}""");
        var errors = new List<string>();
        ClusterOptionsLoader.Load(["--config", file], errors);
        File.Delete(file);
        Assert.Contains("nmae", Assert.Single(errors), StringComparison.Ordinal);
    }
}
