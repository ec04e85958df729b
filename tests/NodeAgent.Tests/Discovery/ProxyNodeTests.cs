using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.NodeAgent.Discovery;
using Mesh.Translation;

namespace NodeAgent.Tests.Discovery;

public sealed class ProxyNodeTests
{
    [Fact]
    public void TryParse_IstiosForm_GivesTheWorkload()
    {
        Assert.True(ProxyNode.TryParse(new Node { Id = "sidecar~127.0.0.1~web.v1-0.shop~shop.svc.cluster.local" }, out var node));
        Assert.Equal(("shop/web.v1-0", ProxyDialect.Mesh), (node.Id.ToString(), node.Dialect));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sidecar~127.0.0.1~web~x")]
    [InlineData("sidecar~127.0.0.1~web.shop")]
    [InlineData("sidecar~127.0.0.1~.shop~x")]
    public void TryParse_AnythingElse_IsRefused(string id) => Assert.False(ProxyNode.TryParse(new Node { Id = id }, out _));

    [Fact]
    public void Dialect_IsWhatTheProxyAsksFor()
    {
        var grpc = new Node { Id = "sidecar~a~b.c~d", Metadata = new Struct { Fields = { ["GENERATOR"] = Value.ForString("grpc") } } };
        Assert.True(ProxyNode.TryParse(grpc, out var node));
        Assert.Equal(ProxyDialect.Grpc, node.Dialect);
        Assert.True(ProxyNode.TryParse(new Node { Id = "sidecar~a~b.c~d", UserAgentName = "envoy" }, out node));
        Assert.Equal(ProxyDialect.Envoy, node.Dialect);
    }
}
