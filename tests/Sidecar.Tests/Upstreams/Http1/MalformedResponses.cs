namespace Mesh.Sidecar.Tests.Upstreams.Http1;

/// <summary>Answers that are no HTTP/1.1 responses, with what is wrong with them: data of parser tests and of tests through a proxy.</summary>
public static class MalformedResponses
{
    public static TheoryData<string, string> Heads => new()
    {
        { "HTTP/1.1 20 OK\r\n\r\n", "StatusLine" },
        { "HTTP/1.1 2000 OK\r\n\r\n", "StatusLine" },
        { "HTTP/1.1 2x0 OK\r\n\r\n", "StatusLine" },
        { "HTTP/1.1 099 OK\r\n\r\n", "StatusLine" },
        { "HTTP/1.1  200 OK\r\n\r\n", "StatusLine" },
        { "HTTP/1.2 200 OK\r\n\r\n", "StatusLine" },
        { "HTTP/2.0 200 OK\r\n\r\n", "StatusLine" },
        { "http/1.1 200 OK\r\n\r\n", "StatusLine" },
        { "HTTP/1.1 200 O\u0001K\r\n\r\n", "StatusLine" },
        { "HTTP/1.1 200 O\rK\r\n\r\n", "StatusLine" },
        { "220 mail.example ESMTP\r\n\r\n", "StatusLine" },
        { "\r\nHTTP/1.1 200 OK\r\n\r\n", "StatusLine" },
        { "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "FoldedLine" },
        { "HTTP/1.1 200 OK\r\nA: b\r\n\tc\r\n\r\n", "FoldedLine" },
        { "HTTP/1.1 200 OK\r\n A: b\r\n\r\n", "FoldedLine" },
        { "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "FieldName" },
        { "HTTP/1.1 200 OK\r\n: b\r\n\r\n", "FieldName" },
        { "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "FieldName" },
        { "HTTP/1.1 200 OK\r\nA\u0000B: b\r\n\r\n", "FieldName" },
        { "HTTP/1.1 200 OK\r\nA(B): b\r\n\r\n", "FieldName" },
        { "HTTP/1.1 200 OK\r\n\u00e9: b\r\n\r\n", "FieldName" },
        { "HTTP/1.1 200 OK\r\nA: b\u0000c\r\n\r\n", "FieldValue" },
        { "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", "FieldValue" },
        { "HTTP/1.1 200 OK\r\nA: b\u007fc\r\n\r\n", "FieldValue" },
        { "HTTP/1.1 200 OK\r\nA: b\u001bc\r\n\r\n", "FieldValue" },
    };

    public static TheoryData<string, string> Framings => new()
    {
        { "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "ContentLength" },
        { "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n", "ContentLength" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n", "ContentLength" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\n", "ContentLength" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 1 1\r\n\r\n", "ContentLength" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n", "ContentLength" },
        { "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", "ContentLength" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", "ContentLength" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-length: 6\r\n\r\n", "ContentLength" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n", "ContentLength" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "LengthBesideChunks" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", "LengthBesideChunks" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "TransferEncoding" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "TransferEncoding" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", "TransferEncoding" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "TransferEncoding" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n", "TransferEncoding" },
        { "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "TransferEncoding" },
        { "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "BodyForbidden" },
        { "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", "BodyForbidden" },
    };

    /// <summary>Chunked bodies; good data may come first.</summary>
    public static TheoryData<string, string> Bodies => new()
    {
        { "x\r\n", "ChunkSize" },
        { "\r\n", "ChunkSize" },
        { "-1\r\n", "ChunkSize" },
        { "0x5\r\nhello\r\n", "ChunkSize" },
        { " 5\r\nhello\r\n", "ChunkSize" },
        { "5\nhello\r\n", "ChunkSize" },
        { "5\r\r\nhello\r\n", "ChunkSize" },
        { "5;a\nb\r\nhello\r\n", "ChunkSize" },
        { "5;\u0000\r\nhello\r\n", "ChunkSize" },
        { "FFFFFFFFFFFFFFFFF\r\n", "ChunkSize" },
        { "5\r\nhello5\r\nhello\r\n", "ChunkEnd" },
        { "5\r\nhello\n0\r\n\r\n", "ChunkEnd" },
        { "5\r\nhello\rx0\r\n\r\n", "ChunkEnd" },
    };

    public static TheoryData<string, string> Trailers => new()
    {
        { "5\r\nhello\r\n0\r\nA : b\r\n\r\n", "Trailers" },
        { "5\r\nhello\r\n0\r\nno colon\r\n\r\n", "Trailers" },
        { "5\r\nhello\r\n0\r\nA: b\r\n c\r\n\r\n", "Trailers" },
        { "5\r\nhello\r\n0\r\nA: \u0000\r\n\r\n", "Trailers" },
    };
}
