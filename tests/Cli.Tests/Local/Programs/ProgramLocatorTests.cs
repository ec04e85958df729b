using Mesh.Cli.Local.Programs;

namespace Mesh.Cli.Tests.Local.Programs;

public sealed class ProgramLocatorTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("mesh-cluster/mesh-cluster", false)]
    [InlineData("mesh-cluster", false)]
    [InlineData("mesh-cluster/mesh-cluster", true)]
    [InlineData("mesh-cluster", true)]
    public void Find_PublishedBesideMeshctlOrInMeshHome_IsFound(string place, bool isHome)
    {
        var program = Path.Combine(_directory.Path, place);
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        File.WriteAllText(program, "");
        var locator = isHome ? new ProgramLocator("/nowhere", _directory.Path) : new ProgramLocator(_directory.Path, null);

        Assert.Equal(program, locator.Find("Cluster", "mesh-cluster"));
        Assert.False(locator.IsSourceBuild);
    }

    [Fact]
    public void Find_WhatIsNowhere_NamesWhereItLooked()
    {
        var error = Assert.Throws<CliException>(() => new ProgramLocator(_directory.Path, null).Find("Cluster", "mesh-cluster"));

        Assert.Contains(Path.Combine(_directory.Path, "mesh-cluster", "mesh-cluster"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DotnetRoot_OfARuntimeThatIsShared_HasTheHost() =>
        Assert.True(ProgramLocator.DotnetRoot is { } root && File.Exists(Path.Combine(root, "dotnet")));
}
