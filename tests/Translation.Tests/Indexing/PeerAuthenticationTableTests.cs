using System.Collections.Immutable;
using Mesh.Core.Resources.Security;
using Mesh.Translation.Indexing;
using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests.Indexing;

public sealed class PeerAuthenticationTableTests
{
    private const int Port = 8080;

    [Fact]
    public void Mode_NoPolicy_IsPermissive() => Assert.Equal(MutualTlsMode.Permissive, Mode());

    [Fact]
    public void Mode_MeshWide_Applies() => Assert.Equal(MutualTlsMode.Strict, Mode(Wide("mesh-system", "STRICT")));

    [Fact]
    public void Mode_Namespace_OverridesMeshWide() =>
        Assert.Equal(MutualTlsMode.Disable, Mode(Wide("mesh-system", "STRICT"), Wide("default", "DISABLE")));

    [Fact]
    public void Mode_UnsetNamespace_InheritsMeshWide() =>
        Assert.Equal(MutualTlsMode.Strict, Mode(Wide("mesh-system", "STRICT"), Wide("default", "UNSET")));

    [Fact]
    public void Mode_OtherNamespace_DoesNotApply() => Assert.Equal(MutualTlsMode.Permissive, Mode(Wide("other", "STRICT")));

    [Fact]
    public void Mode_Workload_OverridesNamespace() =>
        Assert.Equal(MutualTlsMode.Permissive, Mode(Wide("default", "STRICT"), Selecting("default", "app", "a", "PERMISSIVE")));

    [Fact]
    public void Mode_WorkloadOfOtherLabels_DoesNotApply() =>
        Assert.Equal(MutualTlsMode.Strict, Mode(Wide("default", "STRICT"), Selecting("default", "other", "a", "DISABLE")));

    [Fact]
    public void Mode_SelectorInRootNamespace_AppliesEverywhere() =>
        Assert.Equal(MutualTlsMode.Strict, Mode(Selecting("mesh-system", "app", "a", "STRICT")));

    [Fact]
    public void Mode_TwoOfOneNamespace_OldestWins() =>
        Assert.Equal(MutualTlsMode.Strict, Mode(Wide("default", "STRICT", "b"), Wide("default", "DISABLE", "a")));

    [Fact]
    public void Mode_TwoOfOneWorkload_OldestWins() =>
        Assert.Equal(MutualTlsMode.Strict, Mode(Selecting("default", "app", "b", "STRICT"), Selecting("default", "app", "a", "DISABLE")));

    [Theory]
    [InlineData("{8080: {mode: DISABLE}}", MutualTlsMode.Disable)]
    [InlineData("{8080: {mode: UNSET}}", MutualTlsMode.Strict)]
    [InlineData("{9090: {mode: DISABLE}}", MutualTlsMode.Strict)]
    public void Mode_PortLevel_OverridesThatPortAlone(string ports, MutualTlsMode expected) =>
        Assert.Equal(expected, Mode(Selecting("default", "app", "a", "STRICT", ports)));

    [Fact]
    public void Overridden_SameScope_NamesLoserAndWinner()
    {
        var table = Table(Wide("default", "STRICT", "b"), Wide("default", "DISABLE", "a"));
        var (loser, winner) = Assert.Single(table.Overridden("default", Labels));
        Assert.Equal(("a", "b"), (loser.Key.Name, winner.Key.Name));
    }

    private static ImmutableSortedDictionary<string, string> Labels { get; } = MeshBuilder.ParseLabels("app=app,version=v1");

    private static MutualTlsMode Mode(params string[] policies) => Table(policies).For("default", Labels).Mode(Port);

    private static PeerAuthenticationTable Table(params string[] policies) =>
        new(policies.Aggregate(new MeshBuilder(), (mesh, yaml) => mesh.Apply(yaml)).Objects, "mesh-system");

    private static string Wide(string @namespace, string mode, string name = "default") => $$$"""
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: {{{name}}}, namespace: {{{@namespace}}}}
        spec: {mtls: {mode: {{{mode}}}}}
        """;

    private static string Selecting(string @namespace, string app, string name, string mode, string ports = "") => $$$"""
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: {{{name}}}, namespace: {{{@namespace}}}}
        spec: {selector: {matchLabels: {app: {{{app}}}}}, mtls: {mode: {{{mode}}}}{{{(ports.Length > 0 ? $", portLevelMtls: {ports}" : "")}}} }
        """;
}
