using System.Text;
using Mesh.Sidecar.Upstreams.Http1;

namespace Mesh.Sidecar.Tests.Upstreams.Http1;

/// <summary>Where bodies end and which connections live on.</summary>
public sealed class BodyFramingTests
{
    [Theory]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 5", "Length", 5, true)]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0", "None", 0, true)]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 123456789012345678", "Length", 123456789012345678, true)]
    [InlineData("GET", "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked", "Chunked", 0, true)]
    [InlineData("GET", "HTTP/1.1 200 OK", "UntilClose", 0, false)]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5", "Length", 5, false)]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nConnection: x-a , Close\r\nContent-Length: 5", "Length", 5, false)]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nConnection: closed\r\nContent-Length: 5", "Length", 5, true)]
    [InlineData("GET", "HTTP/1.0 200 OK\r\nContent-Length: 5", "Length", 5, false)]
    [InlineData("GET", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: Keep-Alive", "Length", 5, true)]
    [InlineData("GET", "HTTP/1.0 200 OK\r\nConnection: keep-alive", "UntilClose", 0, false)]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5", "None", 0, true)]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", "None", 0, true)]
    [InlineData("HEAD", "HTTP/1.1 200 OK", "None", 0, true)]
    [InlineData("GET", "HTTP/1.1 204 No Content", "None", 0, true)]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 0", "None", 0, true)]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5", "None", 0, true)]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked", "None", 0, true)]
    [InlineData("GET", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x", "None", 0, false)]
    [InlineData("CONNECT", "HTTP/1.1 200 OK\r\nContent-Length: 5", "Length", 5, false)]
    public void TryDecide_Response_EndsWhereItSays(string method, string head, string kind, long length, bool keepsAlive)
    {
        Assert.Equal(ResponseFault.None, BodyFraming.TryDecide(method, Read(head + "\r\n\r\n"), out var framing));
        Assert.Equal((kind, kind == "None" ? 0 : length, keepsAlive), (framing.Kind.ToString(), kind == "None" ? 0 : framing.Length, framing.KeepsAlive));
    }

    [Theory]
    [MemberData(nameof(MalformedResponses.Framings), MemberType = typeof(MalformedResponses))]
    public void TryDecide_Malformed_IsRefusedByName(string head, string fault) =>
        Assert.Equal(fault, BodyFraming.TryDecide("GET", Read(head), out _).ToString());

    private static ResponseHead Read(string text)
    {
        var head = new ResponseHead();
        Assert.Equal(ResponseFault.None, HeadParser.Parse(Encoding.Latin1.GetBytes(text), head, new FieldTexts()));
        return head;
    }
}
