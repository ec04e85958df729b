namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>What made bytes no HTTP/1.1 response; the client sees "protocol error" (UPE), the log has this.</summary>
internal enum ResponseFault
{
    None,
    StatusLine,
    FieldName,
    FieldValue,

    /// <summary>A line that goes on from the one before (obs-fold), which parsers read differently.</summary>
    FoldedLine,
    HeadTooLarge,
    TooManyFields,
    ContentLength,
    LengthBesideChunks,
    TransferEncoding,

    /// <summary>A body declared where the status has none.</summary>
    BodyForbidden,

    /// <summary>101 that nobody asked for, or another 101 than was asked for.</summary>
    Upgrade,
    TooManyInterim,
    ChunkSize,
    ChunkEnd,
    Trailers,
}
