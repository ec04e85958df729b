using Envoy.Service.Discovery.V3;
using Mesh.NodeAgent.Model;
using Mesh.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Tests.Fakes;

namespace NodeAgent.Tests.Model;

public sealed class ModelCacheTests : IDisposable
{
    private static readonly DeltaDiscoveryResponse[] Model =
    [
        new() { TypeUrl = TypeUrls.ConfigObject, SystemVersionInfo = "7", Resources = { new Resource { Name = "Service/a/b", Version = "7" } } },
        new() { TypeUrl = TypeUrls.Workload, SystemVersionInfo = "0" },
    ];

    private readonly AgentDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        Cache().Write(Model);
        Assert.Equal(Model, Cache().Read());
    }

    [Fact]
    public void Read_WithoutAFile_IsNothing() => Assert.Null(Cache().Read());

    [Theory]
    [InlineData("other.domain", "node-1")]
    [InlineData("cluster.local", "node-2")]
    public void Read_AnotherNodesFile_IsIgnored(string trustDomain, string node)
    {
        Cache().Write(Model);
        Assert.Null(Cache(trustDomain, node).Read());
    }

    [Fact]
    public void Read_AnyDamagedByteOrCut_IsIgnoredOrHarmless()
    {
        Cache().Write(Model);
        var path = _directory["model"];
        var good = File.ReadAllBytes(path);
        for (var i = 0; i < good.Length; i++)
        {
            var damaged = (byte[])good.Clone();
            damaged[i] ^= 0x20;
            File.WriteAllBytes(path, damaged);
            // A change of case in the header's names or digits may leave it valid; then it must still be the same content.
            if (Cache().Read() is { } read) Assert.Equal(Model, read);
            File.WriteAllBytes(path, good[..i]);
            Assert.Null(Cache().Read());
        }
    }

    [Fact]
    public void Read_ANewerFormat_IsIgnored()
    {
        Cache().Write(Model);
        var text = File.ReadAllText(_directory["model"], System.Text.Encoding.Latin1).Replace("\"format\":1", "\"format\":2", StringComparison.Ordinal);
        File.WriteAllText(_directory["model"], text, System.Text.Encoding.Latin1);
        Assert.Null(Cache().Read());
    }

    private ModelCache Cache(string trustDomain = "cluster.local", string node = "node-1") =>
        new(_directory.Path, trustDomain, node, NullLogger<ModelCache>.Instance);
}
