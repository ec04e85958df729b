using System.Collections.Immutable;
using Mesh.Analysis.Analyzers;

namespace Mesh.Analysis;

/// <summary>The list of analyzers; to add one, write its class and a line here.</summary>
internal static class AllAnalyzers
{
    public static ImmutableArray<IAnalyzer> Create() =>
    [
        new SchemaAnalyzer(),
        new AnnotationAnalyzer(),
        new ConditionAnalyzer(),
        new DeprecationAnalyzer(),
        new ServiceAssociationAnalyzer(),
        new ApplicationUidAnalyzer(),
        new InjectionAnalyzer(),
        new ImageAutoAnalyzer(),
        new PortNameAnalyzer(),
        new ConflictingHostsAnalyzer(),
        new DestinationHostAnalyzer(),
        new DestinationSubsetAnalyzer(),
        new IngressRuleAnalyzer(),
        new VirtualServiceGatewayAnalyzer(),
        new UnreachableRuleAnalyzer(),
        new CaCertificateAnalyzer(),
        new DestinationRuleHostAnalyzer(),
        new MutualTlsAnalyzer(),
        new ConflictingGatewayAnalyzer(),
        new GatewayCertificateAnalyzer(),
        new GatewayWorkloadAnalyzer(),
        new GatewaySecretAnalyzer(TimeProvider.System),
        new SidecarAnalyzer(),
        new ServiceEntryAddressAnalyzer(),
        new ServiceEntryConflictAnalyzer(),
        new AuthorizationAnalyzer(),
        new RequestAuthenticationAnalyzer(),
        new JwtClaimRouteAnalyzer(),
        new TelemetryAnalyzer(),
        new IneffectiveSelectorAnalyzer(),
        new DestinationRuleForceAnalyzer(),
        new PeerAuthenticationAnalyzer(),
        new ExportAnalyzer(),
        new RouteAnalyzer(),
        new UnusedAnalyzer(),
    ];
}
