using Mesh.Core.Kinds;
using Mesh.Core.Schema;

namespace Mesh.Core.Tests.Schema;

public sealed class ExplainerTests
{
    private static readonly Explainer Explainer = new(TestDescriptions.Load());

    [Theory]
    [InlineData("vs.http.retries", "spec.http.retries")]
    [InlineData("virtualservices.spec.http[2].retries", "spec.http.retries")]
    [InlineData("VirtualService.networking.istio.io.http.match.uri", "spec.http.match.uri")]
    [InlineData("dr", "spec")]
    [InlineData("dr.spec", "spec")]
    public void TryExplain_NamesAsUsersWriteThem_FindTheField(string name, string path)
    {
        Assert.True(Explainer.TryExplain(name, recursive: false, out var found, out _));
        Assert.Equal(path, found.Path);
    }

    [Theory]
    [InlineData("vs.htp", "virtualservice.spec has no field 'htp'. Did you mean http?")]
    [InlineData("vs.http.retrys", "Did you mean retries?")]
    [InlineData("vs.http.name.x", "virtualservice.spec.http.name is a string and has no fields.")]
    [InlineData("vritualservice", "there is no kind 'vritualservice'. Did you mean virtualservice?")]
    [InlineData("envoyfilter", "EnvoyFilter patches the configuration of Envoy")]
    [InlineData("", "there is no kind ''")]
    [InlineData("vs..http", "has no field ''")]
    public void TryExplain_WhatThereIsNot_SaysWhatWasProbablyMeant(string name, string error)
    {
        Assert.False(Explainer.TryExplain(name, recursive: false, out _, out var said));
        Assert.Contains(error, said, StringComparison.Ordinal);
    }

    [Fact]
    public void TryExplain_AFieldOfARecordThatIsNotEnforced_IsNotEither()
    {
        Assert.True(Explainer.TryExplain("destinationrule.trafficPolicy.tunnel.targetHost", recursive: false, out var found, out _));

        Assert.Equal(EnforcementStatus.Refused, found.Enforcement.Status);
        Assert.Equal("trafficPolicy.tunnel", found.Enforcement.Around);
        Assert.NotEmpty(found.Enforcement.Reason);
    }

    [Fact]
    public void TryExplain_Recursive_GoesToTheLastField()
    {
        Assert.True(Explainer.TryExplain("vs", recursive: true, out var found, out _));

        var http = found.Fields.Single(f => f.Path == "spec.http");
        var match = http.Fields.Single(f => f.Path == "spec.http.match");
        Assert.Contains(match.Fields, f => f.Path == "spec.http.match.uri" && f.Fields.Any(e => e.Path == "spec.http.match.uri.exact"));
    }

    [Fact]
    public void TryExplain_OneOf_NamesTheOthers()
    {
        Assert.True(Explainer.TryExplain("vs.http.match.uri.exact", recursive: false, out var found, out _));

        Assert.Equal(["prefix", "regex"], found.Excludes);
    }

    /// <summary>Every field of every kind says what it means: itself, or by what it holds.</summary>
    [Fact]
    public void Description_EveryFieldOfEveryKind_HasOne()
    {
        var descriptions = TestDescriptions.Load();
        var without = KindRegistry.All.SelectMany(kind => RecordUses.Find().RecordsOf(kind)).DistinctBy(shape => shape.Type)
            .SelectMany(shape => shape.Fields.Where(f => descriptions.Of(f).Length == 0).Select(f => $"{shape.Type.FullName}.{f.Property.Name}")).ToArray();

        Assert.True(without.Length == 0, "these fields say nothing of what they mean: " + string.Join(", ", without));
    }

    // The first there is, as more and more fields are enforced.
}
