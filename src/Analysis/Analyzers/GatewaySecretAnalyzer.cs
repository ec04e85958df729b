using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mesh.Analysis.Documents;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;

namespace Mesh.Analysis.Analyzers;

/// <summary>Secrets that Gateways name must be in the namespace of their proxies and hold a certificate that can be used.</summary>
internal sealed class GatewaySecretAnalyzer(TimeProvider time) : IAnalyzer
{
    public string Name => "gateway.SecretAnalyzer";

    public string Description => "Secrets of Gateways exist and hold usable certificates";

    public ImmutableArray<MessageType> Finds => [IstioMessages.ReferencedResourceNotFound, IstioMessages.InvalidGatewayCredential];

    public void Analyze(AnalysisContext context)
    {
        // Where no Secret is among the documents they are kept apart, as they should be.
        if (context.Index.Kubernetes.Of("Secret").IsEmpty || !context.Index.Workloads.AreKnown) return;
        foreach (var source in context.Index.Of<Gateway>())
        {
            var spec = source.SpecAs<Gateway>();
            if (context.Index.Workloads.Selected(spec.Selector, null).FirstOrDefault() is not { } proxy) continue;
            for (var i = 0; i < spec.Servers.Length; i++)
                if (spec.Servers[i].Tls is { CredentialName: { Length: > 0 } name })
                    Check(context, source, context.Index.Kubernetes.Find("Secret", proxy.Id.Namespace, name), proxy.Id.Namespace, name, $"spec.servers[{i}].tls.credentialName");
        }
    }

    private void Check(AnalysisContext context, MeshObject source, KubernetesObject? secret, string @namespace, string name, string path)
    {
        if (secret is null)
            context.Report(IstioMessages.ReferencedResourceNotFound, source, path, $"credentialName \"{name}\" not found: there is no Secret {@namespace}/{name} beside the proxies");
        else if (Problem(secret) is { } problem)
            context.Report(IstioMessages.InvalidGatewayCredential, source, path, $"Secret {@namespace}/{name} {problem}");
    }

    private string? Problem(KubernetesObject secret)
    {
        var certificate = Value(secret, "tls.crt") ?? Value(secret, "cert");
        var key = Value(secret, "tls.key") ?? Value(secret, "key");
        if (certificate is null || key is null) return "has no tls.crt and tls.key that can be decoded";
        try
        {
            using var pair = X509Certificate2.CreateFromPem(certificate, key);
            var now = time.GetUtcNow();
            if (pair.NotAfter.ToUniversalTime() < now) return $"has a certificate that expired on {pair.NotAfter.ToUniversalTime():yyyy-MM-dd}";
            return null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return $"has no certificate and matching key in PEM: {e.Message}";
        }
    }

    private static string? Value(KubernetesObject secret, string key)
    {
        if (KubernetesObject.Text(secret.Find("stringData", key)) is { Length: > 0 } text) return text;
        var encoded = KubernetesObject.Text(secret.Find("data", key));
        if (encoded.Length == 0) return null;
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
