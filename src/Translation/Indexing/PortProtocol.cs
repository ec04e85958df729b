namespace Mesh.Translation.Indexing;

/// <summary>What is spoken on a service port.</summary>
internal enum PortProtocol
{
    /// <summary>Not declared: HTTP of either version.</summary>
    Auto,
    Http,
    Http2,
    Grpc,
    GrpcWeb,
    Tls,
    Tcp,
    Udp,
}
