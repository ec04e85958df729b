using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Validation;

namespace Mesh.Core.Tests.Kinds;

public sealed class KindRegistryTests
{
    public static TheoryData<string> All => [.. KindRegistry.All.Select(k => k.QualifiedKind)];

    [Theory]
    [MemberData(nameof(All))]
    public void Find_EveryName_LeadsBackToTheKind(string qualifiedKind)
    {
        var kind = KindRegistry.Find(qualifiedKind)!;

        Assert.Same(kind, KindRegistry.Find(new ObjectKey(qualifiedKind, "a", "b")));
        Assert.Equal(kind.Use == KindUse.Applied, KindRegistry.FindByPlural(kind.Group, kind.Plural) == kind);
        foreach (var name in (string[])[kind.Kind, kind.Plural, kind.Singular, .. kind.ShortNames])
        {
            Assert.True(KindRegistry.TryFindByUserName(kind.Group.Length == 0 ? name : $"{name}.{kind.Group}", out var found) && found == kind, name);
            Assert.True(KindRegistry.TryFindByUserName(name, out var bare) && bare.Kind == kind.Kind, name);
        }
    }

    [Fact]
    public void TryFindByUserName_BareGateway_IsIstios()
    {
        Assert.True(KindRegistry.TryFindByUserName("gateway", out var kind));
        Assert.Same(KindRegistry.Gateway, kind);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Read_EveryServedVersion_IsStoredAsTheFirst(string qualifiedKind)
    {
        var kind = KindRegistry.Find(qualifiedKind)!;
        foreach (var version in kind.Versions)
        {
            var document = Assert.Single(ObjectReader.Read($"apiVersion: {kind.ApiVersionOf(version)}\nkind: {kind.Kind}\nmetadata: {{name: default}}\n", "f"));
            Assert.Equal(kind.QualifiedKind, document.Key!.Value.Kind);
            Assert.DoesNotContain(document.Diagnostics, d => d.Path == "apiVersion" || (d.Path == "kind" && !d.IsRefusal && d.Severity == Severity.Error));
            if (document.Object is { } read) Assert.Equal(kind.ApiVersion, read.ApiVersion);
        }
    }

    [Theory]
    [InlineData("ProxyConfig", "concurrency: 2", Severity.Warning)]
    public void Read_KindThatIsNotEnforced_IsJudgedAndSaysSo(string kind, string spec, Severity severity)
    {
        var document = Read.Spec(kind, spec);

        Assert.Contains(document.Diagnostics, d => d.Path == "kind" && d.Reason == $"{kind} is not enforced yet" && d.Severity == severity);
        Assert.Equal(severity == Severity.Warning, document.Object is not null);
    }

    [Theory]
    [InlineData("v1", "Pod")]
    [InlineData("v1", "Node")]
    [InlineData("v1", "Namespace")]
    [InlineData("v1", "Secret")]
    public void Read_KubernetesOwnKinds_AreReadForAnalysisAndRefusedOtherwise(string apiVersion, string kind)
    {
        var document = Assert.Single(ObjectReader.Read($"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: a}}\nsomething: [else]\n", "f"));

        var diagnostic = Assert.Single(document.Diagnostics);
        Assert.Equal(($"{kind} is not an object of the mesh", true), (diagnostic.Reason, diagnostic.IsRefusal));
        Assert.Null(document.Object);
        Assert.Equal(kind, document.Draft!.Key.Kind);
    }

    [Theory]
    [InlineData("v1", "ConfigMap", true)]
    [InlineData("v1", "Namespace", true)]
    [InlineData("apps/v1", "Deployment", true)]
    [InlineData("networking.k8s.io/v1", "Ingress", true)]
    [InlineData("networking.k8s.io/v1", "NetworkPolicy", true)]
    [InlineData("serving.knative.dev/v1", "Service", true)]
    [InlineData("cert-manager.io/v1", "Certificate", true)]
    [InlineData("v1", "Service", false)]
    [InlineData("v1", "Servcie", false)]
    [InlineData("v1", "VirtualService", false)]
    [InlineData("networking/v1", "VirtualService", false)]
    [InlineData("netwroking.istio.io/v1", "VirtualService", false)]
    [InlineData("networking.istio.io/v1", "Thing", false)]
    [InlineData("networking.istio.io/v9", "VirtualService", false)]
    [InlineData("install.istio.io/v1alpha1", "IstioOperator", false)]
    [InlineData("networking.istio.io/v1alpha3", "EnvoyFilter", false)]
    public void Read_KindsOfOthers_AreForeignAndMisspelledOnesAreNot(string apiVersion, string kind, bool expected) =>
        Assert.Equal(expected, Assert.Single(ObjectReader.Read($"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: a, namespace: b}}\n", "f")).IsForeign);

    [Theory]
    [InlineData("networking.istio.io/v1alpha3", "EnvoyFilter", "EnvoyFilter patches the configuration of Envoy, which this mesh does not run")]
    [InlineData("gateway.networking.k8s.io/v1alpha2", "UDPRoute", "UDPRoute of the Gateway API is not supported yet")]
    [InlineData("install.istio.io/v1alpha1", "IstioOperator", "IstioOperator installs Istio, which this mesh is not")]
    [InlineData("authentication.istio.io/v1alpha1", "Policy", "Policy of authentication.istio.io was removed in Istio 1.6")]
    [InlineData("authentication.istio.io/v1alpha1", "MeshPolicy", "MeshPolicy of authentication.istio.io was removed in Istio 1.6")]
    [InlineData("rbac.istio.io/v1alpha1", "ClusterRbacConfig", "ClusterRbacConfig of rbac.istio.io was removed in Istio 1.6")]
    [InlineData("rbac.istio.io/v1alpha1", "ServiceRole", "ServiceRole of rbac.istio.io was removed in Istio 1.6")]
    [InlineData("rbac.istio.io/v1alpha1", "ServiceRoleBinding", "ServiceRoleBinding of rbac.istio.io was removed in Istio 1.6")]
    [InlineData("v1", "ConfigMap", "ConfigMap is not an object of the mesh")]
    [InlineData("example.com/v1", "Thing", "Thing is not an object of the mesh")]
    [InlineData("networking.istio.io/v1", "Thing", "unknown kind Thing in networking.istio.io/v1")]
    public void Read_OtherKinds_AreRefusedByName(string apiVersion, string kind, string reason)
    {
        var document = Assert.Single(ObjectReader.Read($"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: a, namespace: b}}\n", "f"));

        var diagnostic = Assert.Single(document.Diagnostics);
        Assert.Equal((reason, "kind"), (diagnostic.Reason, diagnostic.Path));
        Assert.Equal("b/a", $"{document.Key!.Value.Namespace}/{document.Key.Value.Name}");
    }
}
