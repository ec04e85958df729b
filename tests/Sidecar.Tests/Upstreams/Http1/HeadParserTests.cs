using System.Text;
using Mesh.Sidecar.Upstreams.Http1;

namespace Mesh.Sidecar.Tests.Upstreams.Http1;

/// <summary>Heads by tables: what is one, and what is none and why.</summary>
public sealed class HeadParserTests
{
    private readonly ResponseHead _head = new();
    private readonly FieldTexts _texts = new();

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 200, null, "")]
    [InlineData("HTTP/1.1 200 Fine by me\r\n\r\n", 200, "Fine by me", "")]
    [InlineData("HTTP/1.1 204\r\n\r\n", 204, null, "")]
    [InlineData("HTTP/1.1 404 \r\n\r\n", 404, null, "")]
    [InlineData("HTTP/1.0 299 x\r\n\r\n", 299, "x", "")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n\r\n", 200, null, "A=b")]
    [InlineData("HTTP/1.1 200 OK\r\nA:b\r\nC: \t d e \t\r\nF:\r\n\r\n", 200, null, "A=b;C=d e;F=")]
    [InlineData("HTTP/1.1 200 OK\nA: b\n\n", 200, null, "A=b")]
    [InlineData("HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\n", 200, null, "Set-Cookie=a;Set-Cookie=b")]
    [InlineData("HTTP/1.1 200 OK\r\nx-!#$%&'*+.^_`|~: \u00e9:\"\r\n\r\n", 200, null, "x-!#$%&'*+.^_`|~=\u00e9:\"")]
    public void Parse_Head_IsRead(string text, int status, string? reason, string fields)
    {
        Assert.Equal(ResponseFault.None, Parse(text));
        Assert.Equal((status, reason), (_head.Status, _head.Reason));
        Assert.Equal(fields, Fields());
        // Again, from the texts of the first time.
        Assert.Equal(ResponseFault.None, Parse(text));
        Assert.Equal(fields, Fields());
    }

    [Theory]
    [MemberData(nameof(MalformedResponses.Heads), MemberType = typeof(MalformedResponses))]
    public void Parse_Malformed_IsRefusedByName(string text, string fault) => Assert.Equal(fault, Parse(text).ToString());

    [Fact]
    public void Parse_MoreFieldsThanAllowed_IsRefused()
    {
        var many = string.Concat(Enumerable.Range(0, ResponseHead.MaxFields).Select(i => $"x-{i}: {i}\r\n"));
        Assert.Equal(ResponseFault.None, Parse($"HTTP/1.1 200 OK\r\n{many}\r\n"));
        Assert.Equal(ResponseHead.MaxFields, _head.Fields.Length);
        Assert.Equal(ResponseFault.TooManyFields, Parse($"HTTP/1.1 200 OK\r\n{many}one-more: 1\r\n\r\n"));
    }

    [Fact]
    public void Parse_SameHeadAgain_MakesNoStrings()
    {
        const string Text = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nx-a: b\r\n\r\n";
        Parse(Text);
        var before = _head.Fields.ToArray();
        Parse(Text);
        Assert.All(before.Zip(_head.Fields.ToArray()), pair => Assert.True(
            ReferenceEquals(pair.First.Name, pair.Second.Name) && ReferenceEquals(pair.First.Value, pair.Second.Value)));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nA: b\n\nbody\n\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\n\r\nbody\n\n")]
    public void EndOf_CutAnywhere_IsTheSame(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        var expected = text.IndexOf("body", StringComparison.Ordinal);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var scanned = 0;
            var first = HeadParser.EndOf(bytes.AsSpan(0, cut), ref scanned);
            Assert.Equal(cut < expected ? -1 : expected, first);
            if (first < 0) Assert.Equal(expected, HeadParser.EndOf(bytes, ref scanned));
        }
    }

    [Fact]
    public void EndOf_ByteByByte_IsTheSame()
    {
        var bytes = "HTTP/1.1 200 OK\r\nA: b\r\n\r\nx"u8.ToArray();
        var scanned = 0;
        for (var length = 0; length < bytes.Length - 1; length++) Assert.Equal(-1, HeadParser.EndOf(bytes.AsSpan(0, length), ref scanned));
        Assert.Equal(bytes.Length - 1, HeadParser.EndOf(bytes.AsSpan(0, bytes.Length - 1), ref scanned));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("H", true)]
    [InlineData("HTTP/1.", true)]
    [InlineData("HTTP/1.1 2", true)]
    [InlineData("HTTP/2", false)]
    [InlineData("SSH-2.0", false)]
    [InlineData("\r\n", false)]
    public void CanBegin_TellsOthersApart(string text, bool expected) => Assert.Equal(expected, HeadParser.CanBegin(Encoding.ASCII.GetBytes(text)));

    private ResponseFault Parse(string text) => HeadParser.Parse(Encoding.Latin1.GetBytes(text), _head, _texts);

    private string Fields() => string.Join(';', _head.Fields.ToArray().Select(f => $"{f.Name}={f.Value}"));
}
