using Mesh.Sidecar.Security.Files;
using Mesh.Sidecar.Security.Revocation;

namespace Mesh.Sidecar.Security;

/// <summary>TLS towards servers that are not the mesh's: what of it lies in files, and how the server proves who it is. Immutable; the files' content is not.</summary>
internal sealed record OriginatedTlsModel
{
    /// <summary>What we show; null: nothing.</summary>
    public FileMaterial<KeyPairModel>? Client { get; init; }

    /// <summary>Whether the server must prove itself at all.</summary>
    public bool IsVerified { get; init; }

    /// <summary>Null: those of the operating system.</summary>
    public FileMaterial<TrustModel>? Roots { get; init; }

    public FileMaterial<RevocationLists>? Revocations { get; init; }

    /// <summary>The server name asked for is the request's Host, so that connections for one are no use for another (Envoy's auto_sni).</summary>
    public bool AsksForHost { get; init; }

    /// <summary>The certificate must be one of the request's Host (Envoy's auto_san_validation).</summary>
    public bool ProvesHost { get; init; }

    /// <summary>Whether connections depend on the Host they are made for.</summary>
    public bool IsPerHost => AsksForHost || ProvesHost;
}
