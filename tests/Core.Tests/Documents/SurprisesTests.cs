using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Tests.Documents;

/// <summary>What YAML reads otherwise than it looks, and the forms protobuf's JSON also allows.</summary>
public sealed class SurprisesTests
{
    [Theory]
    [InlineData("controlPlane: {replicas: 03}", "W spec.controlPlane.replicas: 03 is read as 3")]
    [InlineData("workloads: [{name: a, sidecar: yes}]", "W spec.workloads[0].sidecar: yes is read as true")]
    [InlineData("workloads: [{name: a, sidecar: False}]", "")]
    [InlineData("workloads: [{name: a, workingDirectory: 12:30:45}]", "W spec.workloads[0].workingDirectory: 12:30:45 is read as text here, but as a number to the base of 60 by other readers of YAML")]
    [InlineData("workloads: [{name: a, workingDirectory: \"12:30\"}]", "")]
    [InlineData("workloads: [{name: a, ports: {1_000: 0x50}, command: [b]}]", "W : the key 1_000 is read as 1000")]
    [InlineData("workloads: [{name: a, env: {on: b}}]", "W : the key on is read as true")]
    [InlineData("workloads: [{name: a, env: {\"on\": b}}]", "")]
    public void Read_Word_IsTakenWithAWarningThatNamesIt(string spec, string problems) => Assert.Equal(problems, string.Join(';', Read.Problems("LocalMesh", spec)));

    [Fact]
    public void Read_KeyThatIsABoolean_IsTheWordKubernetesMakesOfIt()
    {
        var spec = Read.Spec("DestinationRule", "host: a\nsubsets: [{name: v1, labels: {on: x}}]").Object!.SpecAs<DestinationRule>();

        Assert.Equal(["true"], spec.Subsets[0].Labels.Keys);
    }

    [Fact]
    public void Read_MergeKeys_AreExpandedAndOwnKeysCount()
    {
        var document = Assert.Single(ObjectReader.Read(
            """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: a}
            spec:
              host: a
              subsets:
              - &one {name: v1, labels: {version: "1", tier: a}}
              - {<<: *one, name: v2}
              - name: v3
                labels: {version: "3", <<: [{tier: b}, {tier: c, zone: d}]}
            """, "f"));

        Assert.Empty(document.Diagnostics);
        var subsets = document.Object!.SpecAs<DestinationRule>().Subsets;
        Assert.Equal(["v1", "v2", "v3"], subsets.Select(s => s.Name));
        Assert.Equal("1", subsets[1].Labels["version"]);
        Assert.Equal(["tier=b", "version=3", "zone=d"], subsets[2].Labels.Select(l => $"{l.Key}={l.Value}"));
    }

    [Theory]
    [InlineData("host: a\ntraffic_policy: {load_balancer: {simple: RANDOM}}", "")]
    [InlineData("host: a\ntrafficPolicy: {loadBalancer: {simple: 2}}", "")]
    [InlineData("host: a\ntrafficPolicy: {loadBalancer: {simple: random}}", "E spec.trafficPolicy.loadBalancer.simple: unknown value \"random\"")]
    public void Read_FormsOfProtobuf_AreTakenForIstiosKinds(string spec, string problems) => Assert.Equal(problems, string.Join(';', Read.Problems("DestinationRule", spec)));

    [Fact]
    public void Read_FormsOfProtobuf_AreNotTakenForKubernetesKinds() =>
        Assert.Equal("E spec.ports[0].target_port: unknown field", string.Join(';', Read.Problems("Service", "ports: [{port: 80, target_port: 81}]")));

    [Theory]
    [InlineData("\ufeff")]
    [InlineData("\r\n")]
    public void Read_MarksAndLineEndsOfWindows_DoNotMatter(string kind)
    {
        const string Text = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n  - port: x\n";
        var text = kind == "\r\n" ? Text.Replace("\n", "\r\n", StringComparison.Ordinal) + "---\r\n" : kind + Text;

        var diagnostic = Assert.Single(Assert.Single(ObjectReader.Read(text, "f")).Diagnostics);

        Assert.Equal((6, 5), (diagnostic.Line, diagnostic.Column));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', 0xff }, 2, "the text is not UTF-8; save it as UTF-8")]
    [InlineData(new byte[] { 0xff, 0xfe, 0x41, 0 }, 1, "the text is UTF-16; save it as UTF-8")]
    public void Read_BytesThatAreNotUtf8_AreRefusedWithTheLine(byte[] bytes, int line, string reason)
    {
        var diagnostic = Assert.Single(Assert.Single(ObjectReader.Read(bytes, "f")).Diagnostics);

        Assert.Equal((line, reason), (diagnostic.Line, diagnostic.Reason));
    }
}
