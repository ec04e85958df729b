using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Cluster.Api.Admission;

namespace Mesh.Cluster.Tests.Api.Admission;

public sealed class AdmissionJudgeTests
{
    private const string Good = """{"hosts":["a"],"http":[{"route":[{"destination":{"host":"a"}}]}]}""";
    private const string Bad = """{"hosts":["a"],"http":[{"match":[{"uri":{"regex":"(?=a)"}}],"tymeout":"1s","route":[{"destination":{"host":"a"}}]}]}""";
    private const string Suspicious = """{"hosts":["a"],"http":[{"route":[{"destination":{"host":"a"},"weight":1},{"destination":{"host":"b"}}]}]}""";

    [Fact]
    public void TryJudge_AGoodObject_IsAllowedUnderItsUid()
    {
        var response = Judge(Review("CREATE", Good));

        Assert.Equal("42", (string?)response["uid"]);
        Assert.True((bool)response["allowed"]!);
        Assert.Null(response["warnings"]);
        Assert.Null(response["status"]);
    }

    [Fact]
    public void TryJudge_ABadObject_IsRefusedWithAllErrors()
    {
        var response = Judge(Review("CREATE", Bad));

        Assert.False((bool)response["allowed"]!);
        Assert.Equal(422, (int)response["status"]!["code"]!);
        var message = (string)response["status"]!["message"]!;
        Assert.Contains("spec.http[0].tymeout: unknown field", message, StringComparison.Ordinal);
        Assert.Contains("spec.http[0].match[0].uri.regex: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryJudge_ASuspiciousObject_IsAllowedWithWarnings()
    {
        var response = Judge(Review("CREATE", Suspicious));

        Assert.True((bool)response["allowed"]!);
        Assert.Contains("gets no requests", (string)Assert.Single(response["warnings"]!.AsArray())!, StringComparison.Ordinal);
    }

    [Fact]
    public void TryJudge_AStoredBadObjectWhoseSpecStays_MayChangeItsLabels()
    {
        var response = Judge(Review("UPDATE", Bad, old: Bad));

        Assert.True((bool)response["allowed"]!);
        Assert.NotEmpty(response["warnings"]!.AsArray());
        Assert.False((bool)Judge(Review("UPDATE", Bad, old: Good))["allowed"]!);
    }

    [Theory]
    [InlineData("DELETE", "")]
    [InlineData("UPDATE", "status")]
    public void TryJudge_WhatSaysNothingOfTheSpec_IsAllowed(string operation, string subResource) =>
        Assert.True((bool)Judge(Review(operation, Bad, subResource: subResource))["allowed"]!);

    [Fact]
    public void TryJudge_ANameThatIsStillToBeMade_IsNoError() =>
        Assert.True((bool)Judge(Review("CREATE", Good, metadata: """{"generateName":"a-","namespace":"shop"}"""))["allowed"]!);

    [Fact]
    public void TryJudge_AKindThatIsNotSupported_IsRefusedWithTheReason()
    {
        var review = Review("CREATE", "{}").Replace("networking.istio.io/v1", "networking.istio.io/v1alpha3", StringComparison.Ordinal).Replace("VirtualService", "EnvoyFilter", StringComparison.Ordinal);

        Assert.Contains("does not run", (string)Judge(review)["status"]!["message"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "must be an AdmissionReview")]
    [InlineData("[]", "must be an AdmissionReview")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview"}""", "must be an AdmissionReview of admission.k8s.io/v1")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":[]}""", "request is missing")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":1}}""", "request.uid is missing")]
    public void TryJudge_WhatIsNoReview_IsRefused(string body, string reason)
    {
        Assert.False(AdmissionJudge.TryJudge(JsonDocument.Parse(body).RootElement, "cluster.local", out _, out var error));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    private static JsonObject Judge(string review)
    {
        Assert.True(AdmissionJudge.TryJudge(JsonDocument.Parse(review).RootElement, "cluster.local", out var answer, out var error), error);
        Assert.Equal("admission.k8s.io/v1", (string?)answer["apiVersion"]);
        return answer["response"]!.AsObject();
    }

    private static string Review(string operation, string spec, string? old = null, string subResource = "", string metadata = """{"name":"a","namespace":"shop"}""")
    {
        string Object(string of) => $$"""{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{{metadata}},"spec":{{of}}}""";
        return $$$"""
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"42","operation":"{{{operation}}}","subResource":"{{{subResource}}}",
             "namespace":"shop","object":{{{(operation == "DELETE" ? "null" : Object(spec))}}},"oldObject":{{{(old is null ? "null" : Object(old))}}} } }
            """;
    }
}
