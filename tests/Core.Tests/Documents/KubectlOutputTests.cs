using Mesh.Core.Documents;
using Mesh.Core.Resources;

namespace Mesh.Core.Tests.Documents;

/// <summary>What <c>kubectl get -o yaml</c> prints is read as it is.</summary>
public sealed class KubectlOutputTests
{
    private const string Dumped = """
        apiVersion: v1
        kind: List
        metadata:
          resourceVersion: ""
        items:
        - apiVersion: networking.istio.io/v1
          kind: PeerAuthentication
          metadata: {name: skipped}
        - apiVersion: security.istio.io/v1
          kind: PeerAuthentication
          metadata:
            annotations:
              kubectl.kubernetes.io/last-applied-configuration: |
                {"apiVersion":"security.istio.io/v1","kind":"PeerAuthentication"}
              team: a
            creationTimestamp: "2026-01-02T03:04:05Z"
            generateName: strict-
            generation: 3
            managedFields:
            - apiVersion: security.istio.io/v1
              fieldsV1: {f:spec: {f:mtls: {}}}
              manager: kubectl
            name: strict-abc
            namespace: shop
            resourceVersion: "4711"
            uid: 0a1b2c3d-0000-0000-0000-000000000000
          spec:
            mtls:
              mode: STRICT
          status:
            conditions: []
        """;

    [Fact]
    public void Read_AList_GivesItsItemsWithTheirLines()
    {
        var documents = ObjectReader.Read(Dumped + "\n---\n" + Dumped, "f");

        Assert.Equal([1, 2, 3, 4], documents.Select(d => d.Document));
        Assert.Equal([6, 9, 38, 41], documents.Select(d => d.Line));
        Assert.NotNull(documents[1].Object);
        Assert.Equal(7, Assert.Single(documents[0].Diagnostics).Line);
        Assert.Equal(39, Assert.Single(documents[2].Diagnostics).Line);
    }

    [Fact]
    public void Read_WhatTheServerAdded_IsLeftOut()
    {
        var item = ObjectReader.Read(Dumped, "f")[1];

        Assert.Empty(item.Diagnostics);
        Assert.Equal(["team"], item.Object!.Metadata.Annotations.Keys);
        Assert.Equal("strict-abc", item.Object.Metadata.Name);
        Assert.Equal(4711ul, item.Object.Metadata.ResourceVersion.Value);
    }

    [Fact]
    public void Read_TextOfAnItem_IsTheItemAlone()
    {
        var item = ObjectReader.Read(Dumped, "f")[1];

        var again = Assert.Single(ObjectReader.Read(item.Text, "f"));

        Assert.Equal(ObjectWriter.ToJsonText(item.Object!), ObjectWriter.ToJsonText(again.Object!));
    }

    [Fact]
    public void Read_AListOfOneKind_LendsItsTypeToTheItems()
    {
        var document = Assert.Single(ObjectReader.Read("apiVersion: v1\nkind: ServiceList\nitems:\n- metadata: {name: a}\n  spec: {ports: [{port: 80}]}\n", "f"));

        Assert.Equal("Service", document.Object!.Key.Kind);
    }

    [Fact]
    public void Read_GenerateNameAlone_IsRefused() =>
        Assert.Equal("E metadata.generateName: generated names are not supported",
            Assert.Single(Tests.Read.Short(Assert.Single(ObjectReader.Read("apiVersion: v1\nkind: Service\nmetadata: {generateName: a-}\nspec: {ports: [{port: 80}]}\n", "f")))));

    [Theory]
    [InlineData("spec.mtls.mode", 29, 7)]
    [InlineData("spec.mtls.nope", 28, 5)]
    [InlineData("metadata.annotations.team", 15, 7)]
    [InlineData("metadata.annotations[\"kubectl.kubernetes.io/last-applied-configuration\"]", 13, 7)]
    [InlineData("metadata.managedFields[0].manager", 22, 7)]
    [InlineData("", 9, 3)]
    public void Locate_AField_IsWhereItsKeyStands(string path, int line, int column) =>
        Assert.Equal(new SourcePosition(line, column), ObjectReader.Read(Dumped, "f")[1].Locate(path));

    [Fact]
    public void Locate_WhatIsNotAPath_IsNowhere() => Assert.Null(ObjectReader.Read(Dumped, "f")[1].Locate("spec["));
}
