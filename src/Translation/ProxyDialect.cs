namespace Mesh.Translation;

/// <summary>Which reader the resources are written for.</summary>
public enum ProxyDialect
{
    /// <summary>Our own sidecar and gateway.</summary>
    Mesh,

    /// <summary>A stock Envoy.</summary>
    Envoy,

    /// <summary>A proxyless gRPC client: API listeners by target, no transport security unless the client brings it.</summary>
    Grpc,
}
