using Mesh.Core.Resources.GatewayApi;
using Mesh.Core.Validation.Rules.GatewayApi;

namespace Mesh.Core.Kinds;

/// <content>The Gateway API's kinds.</content>
public static partial class KindRegistry
{
    private const string GatewayGroup = "gateway.networking.k8s.io";

    public static readonly KindInfo GatewayClass =
        KindInfo.Named<GatewayClassSpec>("GatewayClass", GatewayGroup, ["v1", "v1beta1"], "gatewayclasses", GatewayClassRules.Check, "gc") with { Namespaced = false };

    /// <summary>The Gateway API's Gateway; <see cref="Gateway"/> is Istio's.</summary>
    public static readonly KindInfo ApiGateway =
        KindInfo.Named<GatewaySpec>("Gateway", GatewayGroup, ["v1", "v1beta1"], "gateways", ApiGatewayRules.Check, "gtw");

    public static readonly KindInfo HttpRoute =
        KindInfo.Named<HttpRouteSpec>("HTTPRoute", GatewayGroup, ["v1", "v1beta1"], "httproutes", ApiHttpRouteRules.Check);

    public static readonly KindInfo GrpcRoute =
        KindInfo.Named<GrpcRouteSpec>("GRPCRoute", GatewayGroup, ["v1", "v1alpha2"], "grpcroutes", ApiGrpcRouteRules.Check);

    public static readonly KindInfo TlsRoute =
        KindInfo.Named<TlsRouteSpec>("TLSRoute", GatewayGroup, ["v1", "v1alpha3", "v1alpha2"], "tlsroutes", StreamRouteRules.CheckTls);

    public static readonly KindInfo TcpRoute =
        KindInfo.Named<TcpRouteSpec>("TCPRoute", GatewayGroup, ["v1", "v1alpha2"], "tcproutes", StreamRouteRules.CheckTcp);

    public static readonly KindInfo ReferenceGrant =
        KindInfo.Named<ReferenceGrantSpec>("ReferenceGrant", GatewayGroup, ["v1", "v1beta1", "v1alpha2"], "referencegrants", ReferenceGrantRules.Check, "refgrant");

    public static readonly KindInfo BackendTlsPolicy =
        KindInfo.Named<BackendTlsPolicySpec>("BackendTLSPolicy", GatewayGroup, ["v1", "v1alpha3"], "backendtlspolicies", BackendTlsPolicyRules.Check, "btlspolicy");
}
