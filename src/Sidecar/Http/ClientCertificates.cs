namespace Mesh.Sidecar.Http;

/// <summary>
/// <c>x-forwarded-client-cert</c> (Envoy's forward_client_cert_details): who called, and who called them. Only mutual TLS says so: without it, and
/// where nobody is to be described, what the client wrote there goes.
/// </summary>
internal static class ClientCertificates
{
    public const string Header = "x-forwarded-client-cert";

    public static void Stamp(ProxyRequest request, IHeaderDictionary headers)
    {
        var connection = request.Connection;
        if (connection.ClientCertificateHeader is { } client)
        {
            // What a client of somebody else's authority says of its callers is nobody's word.
            var before = request.Chain.AppendClient && connection.PeerPrincipal is not null ? headers[Header] : default;
            headers[Header] = before.Count == 0 ? client : $"{before},{client}";
        }
        else if (!request.Chain.ForwardClient || connection.PeerPrincipal is null)
        {
            headers.Remove(Header);
        }
    }
}
