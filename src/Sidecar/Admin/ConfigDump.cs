using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mesh.Protocol;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Discovery;
using Mesh.Sidecar.Hosting;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Telemetry;

namespace Mesh.Sidecar.Admin;

/// <summary>What is in force, as JSON. Keys never enter: secrets are not kept by <see cref="ProxyConfiguration"/>, certificates show public parts.</summary>
internal sealed class ConfigDump(ProxyConfiguration configuration, WorkloadIdentity identity, PeerMetadata metadata, TimeProvider time)
{
    /// <summary>All that a resource may carry packed: one that is not here could not be written.</summary>
    internal static readonly TypeRegistry Types = TypeRegistry.FromFiles(
        Envoy.Extensions.Filters.Listener.TlsInspector.V3.TlsInspectorReflection.Descriptor,
        Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManagerReflection.Descriptor,
        Envoy.Extensions.Filters.Network.TcpProxy.V3.TcpProxyReflection.Descriptor,
        Envoy.Extensions.TransportSockets.RawBuffer.V3.RawBufferReflection.Descriptor,
        Envoy.Extensions.TransportSockets.Tls.V3.TlsReflection.Descriptor,
        Envoy.Extensions.Filters.Http.Router.V3.RouterReflection.Descriptor,
        Envoy.Extensions.Filters.Http.Buffer.V3.BufferReflection.Descriptor,
        Envoy.Extensions.Filters.Http.Cors.V3.CorsReflection.Descriptor,
        Envoy.Extensions.Filters.Http.Fault.V3.FaultReflection.Descriptor,
        Envoy.Extensions.Filters.Http.JwtAuthn.V3.ConfigReflection.Descriptor,
        Envoy.Extensions.Filters.Http.LocalRatelimit.V3.LocalRateLimitReflection.Descriptor,
        Envoy.Extensions.Filters.Http.Rbac.V3.RbacReflection.Descriptor,
        Mesh.Protocol.V1.RateLimitReflection.Descriptor,
        Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptionsReflection.Descriptor);

    private static readonly JsonFormatter Formatter = new(new JsonFormatter.Settings(formatDefaultValues: false, Types));

    private static readonly (string Name, string Type, MessageParser Parser)[] Sections =
    [
        ("clusters", TypeUrls.Cluster, Envoy.Config.Cluster.V3.Cluster.Parser),
        ("endpoints", TypeUrls.ClusterLoadAssignment, Envoy.Config.Endpoint.V3.ClusterLoadAssignment.Parser),
        ("listeners", TypeUrls.Listener, Envoy.Config.Listener.V3.Listener.Parser),
        ("routes", TypeUrls.RouteConfiguration, Envoy.Config.Route.V3.RouteConfiguration.Parser),
    ];

    private readonly long _started = time.GetTimestamp();

    public string Config() => Write(json =>
    {
        json.WriteStartObject();
        foreach (var (section, type, parser) in Sections)
        {
            json.WriteStartArray(section);
            foreach (var (_, source) in configuration.Sources.All(type)) json.WriteRawValue(Formatter.Format(parser.ParseFrom(source.Span)), skipInputValidation: true);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    });

    public string Clusters() => Write(json =>
    {
        json.WriteStartArray();
        foreach (var upstream in configuration.Upstreams.Values.OrderBy(u => u.Name, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("name", upstream.Name);
            json.WriteBoolean("known", upstream.IsKnown);
            json.WriteNumber("activeRequests", upstream.ActiveRequests);
            json.WriteStartArray("endpoints");
            foreach (var endpoint in upstream.Peek()?.Endpoints ?? [])
            {
                json.WriteStartObject();
                json.WriteString("address", endpoint.State.Key.Address.ToString());
                json.WriteString("health", endpoint.Health.ToString().ToUpperInvariant());
                json.WriteNumber("weight", endpoint.Weight);
                json.WriteNumber("priority", endpoint.Priority);
                json.WriteNumber("inFlight", endpoint.State.InFlight);
                json.WriteBoolean("mutualTls", endpoint.IsMutualTls);
                json.WriteString("workload", endpoint.Destination.Workload);
                WriteVitals(json, endpoint.State.Vitals);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static void WriteVitals(Utf8JsonWriter json, EndpointVitals vitals)
    {
        json.WriteBoolean("ejected", vitals.IsEjected);
        json.WriteNumber("ejections", vitals.Ejections);
        if (vitals.SuccessRate is { } rate) json.WriteNumber("successRate", Math.Round(rate, 2));
        if (vitals.Warmth < 1) json.WriteNumber("warmth", Math.Round(vitals.Warmth, 3));
        if (vitals.IsAvoided) json.WriteBoolean("avoided", true);
    }

    public string Listeners() => Write(json =>
    {
        json.WriteStartArray();
        foreach (var listener in configuration.Listeners.Values.OrderBy(l => l.Name, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("name", listener.Name);
            json.WriteString("address", listener.BoundAddress.ToString());
            json.WriteString("direction", listener.Loaded is { IsInbound: true } ? "INBOUND" : "OUTBOUND");
            json.WriteBoolean("accepting", listener.IsAccepting);
            json.WriteNumber("connections", listener.Loaded?.Chains.Sum(c => c.Connections.Count) ?? 0);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    public string Certificates() => Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("chain");
        if (identity.Current is { } own)
            foreach (var certificate in own.Chain.Prepend(own.Leaf)) Certificate(json, certificate);
        json.WriteEndArray();
        json.WriteStartArray("roots");
        foreach (var root in identity.Trust?.Roots ?? []) Certificate(json, root);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    public string ServerInfo(SidecarOptions options, bool ready) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("version", typeof(ConfigDump).Assembly.GetName().Version?.ToString(3) ?? "0");
        json.WriteString("state", ready ? "LIVE" : "NOT_READY");
        json.WriteString("node", options.NodeId);
        json.WriteString("role", options.Role);
        json.WriteString("workload", metadata.Own.Workload);
        json.WriteNumber("uptimeSeconds", (long)time.GetElapsedTime(_started).TotalSeconds);
        json.WriteEndObject();
    });

    private static void Certificate(Utf8JsonWriter json, System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        json.WriteStartObject();
        json.WriteString("subject", certificate.Subject);
        json.WriteString("issuer", certificate.Issuer);
        json.WriteString("serialNumber", certificate.SerialNumber);
        json.WriteString("spiffeId", SubjectNames.Of(certificate).Uris.FirstOrDefault() ?? "");
        json.WriteString("notBefore", certificate.NotBefore.ToUniversalTime());
        json.WriteString("notAfter", certificate.NotAfter.ToUniversalTime());
        json.WriteEndObject();
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true })) write(json);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
