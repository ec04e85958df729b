using Mesh.Translation.Indexing;

namespace Mesh.Translation.Tests.Indexing;

public sealed class PortProtocolsTests
{
    [Theory]
    [InlineData("", "http", 80, "Http")]
    [InlineData("", "http-web", 80, "Http")]
    [InlineData("", "http2-web", 80, "Http2")]
    [InlineData("", "grpc", 80, "Grpc")]
    [InlineData("", "GRPC-api", 80, "Grpc")]
    [InlineData("", "grpc-web", 80, "GrpcWeb")]
    [InlineData("", "grpc-web-ui", 80, "GrpcWeb")]
    [InlineData("", "tcp-db", 80, "Tcp")]
    [InlineData("", "mongo", 80, "Tcp")]
    [InlineData("", "tls-x", 80, "Tls")]
    [InlineData("", "https", 443, "Tls")]
    [InlineData("", "web", 80, "Auto")]
    [InlineData("", "", 80, "Auto")]
    [InlineData("", "", 3306, "Tcp")]
    [InlineData("", "http", 3306, "Http")]
    [InlineData("tcp", "http", 80, "Tcp")]
    [InlineData("kubernetes.io/h2c", "http", 80, "Http2")]
    [InlineData("example.com/own", "http", 80, "Auto")]
    public void Select_Port_IsByAppProtocolThenNameThenNumber(string appProtocol, string name, int port, string expected) =>
        Assert.Equal(expected, PortProtocols.Select("TCP", appProtocol, name, port).ToString());

    [Fact]
    public void Select_UdpTransport_IsUdp() => Assert.Equal(PortProtocol.Udp, PortProtocols.Select("UDP", "http", "http", 53));
}
