using System.Buffers;
using System.Text;
using Mesh.Sidecar.Listeners;

namespace Mesh.Sidecar.Tests.Listeners;

public sealed class ConnectionSnifferTests
{
    [Theory]
    [InlineData("", WireProtocol.Undecided)]
    [InlineData("G", WireProtocol.Http1)]
    [InlineData("get / HTTP/1.1\r\n", WireProtocol.Http1)]
    [InlineData("GET / HTTP/1.1\r\n", WireProtocol.Http1)]
    [InlineData("M-SEARCH * HTTP/1.1\r\n", WireProtocol.Http1)]
    [InlineData("PRI", WireProtocol.Undecided)]
    [InlineData("PUT /", WireProtocol.Http1)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", WireProtocol.Http2)]
    [InlineData("\u0016\u0003\u0001", WireProtocol.Tls)]
    [InlineData("\u0016", WireProtocol.Undecided)]
    [InlineData("\u0016\u0009", WireProtocol.Http1)]
    [InlineData("*1\r\n$4\r\nPING\r\n", WireProtocol.Http1)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZ", WireProtocol.Http1)]
    internal void Classify_ByFirstBytes(string bytes, WireProtocol expected) =>
        Assert.Equal(expected, ConnectionSniffer.Classify(new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(bytes))));
}
