using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol;
using Mesh.Protocol.Delta;

namespace NodeAgent.Tests.Delta;

public sealed class DeltaClientSessionTests
{
    private const string Eds = TypeUrls.ClusterLoadAssignment;

    [Fact]
    public void Open_OnASecondStream_TellsWhatIsHeld()
    {
        var client = new DeltaClientSession(new Node { Id = "n" });
        client.SubscribeToAll(TypeUrls.Workload);
        var first = Assert.Single(client.Open());
        Assert.Equal("n", first.Node.Id);
        Assert.Empty(first.InitialResourceVersions);
        client.Answer(client.OnResponse(Response(TypeUrls.Workload, "1", "a:1", "b:1")), []);
        var second = Assert.Single(client.Open());
        Assert.Equal("n", second.Node.Id);
        Assert.Equal(["a:1", "b:1"], second.InitialResourceVersions.Select(v => $"{v.Key}:{v.Value}").Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef")]
    [InlineData("00000000000000000123456789abcdef")]
    [InlineData("f123456789abcdeff123456789abcde0")]
    [InlineData("F123456789ABCDEFF123456789ABCDE0")]
    [InlineData("f123456789abcdef-123456789abcde0")]
    public void Open_AnyVersion_IsToldAsItWas(string version)
    {
        var client = new DeltaClientSession();
        client.SubscribeToAll(TypeUrls.Workload, [new("a", version)]);
        Assert.Equal(version, Assert.Single(client.Open()).InitialResourceVersions["a"]);
        Assert.Equal(version, client.Versions(TypeUrls.Workload)["a"]);
    }

    [Fact]
    public void Answer_WithARejection_IsANackAndKeepsTheOldVersion()
    {
        var client = new DeltaClientSession();
        client.SubscribeToAll(TypeUrls.Workload, [new("a", "1")]);
        client.Open();
        var changes = client.OnResponse(Response(TypeUrls.Workload, "5", "a:2", "b:1"));
        var nack = client.Answer(changes, [new DeltaRejection("a", "bad")]);
        Assert.Equal(("5", "a: bad"), (nack.ResponseNonce, nack.ErrorDetail.Message));
        Assert.Equal(["a:1", "b:1"], client.Versions(TypeUrls.Workload).Select(v => $"{v.Key}:{v.Value}").Order());
    }

    [Fact]
    public void AskAgain_WhatWasRefused_ComesAgainAndIsHeldOnceAccepted()
    {
        var client = new DeltaClientSession();
        client.SubscribeToAll(TypeUrls.Listener);
        Assert.Null(client.AskAgain(TypeUrls.Listener, []));
        client.Open();
        client.Answer(client.OnResponse(Response(TypeUrls.Listener, "1", "a:1")), [new DeltaRejection("a", "taken")]);
        var again = client.AskAgain(TypeUrls.Listener, ["a"]);
        Assert.Equal(["a"], again!.ResourceNamesSubscribe);
        Assert.Empty(again.ResponseNonce);
        var changes = client.OnResponse(Response(TypeUrls.Listener, "2", "a:1"));
        Assert.Single(changes.Upserted);
        client.Answer(changes, []);
        Assert.Equal("1", client.Versions(TypeUrls.Listener)["a"]);
    }

    [Fact]
    public void SetNames_OnAnOpenStream_SendsOnlyTheDifference()
    {
        var client = new DeltaClientSession();
        client.Open();
        var first = client.SetNames(Eds, new HashSet<string> { "a", "b" });
        Assert.Equal(["a", "b"], first!.ResourceNamesSubscribe);
        client.Answer(client.OnResponse(Response(Eds, "1", "a:1", "b:1")), []);
        var second = client.SetNames(Eds, new HashSet<string> { "b", "c" });
        Assert.Equal(["c"], second!.ResourceNamesSubscribe);
        Assert.Equal(["a"], second.ResourceNamesUnsubscribe);
        Assert.Null(client.SetNames(Eds, new HashSet<string> { "b", "c" }));
        var reopened = Assert.Single(client.Open());
        Assert.Equal(["b", "c"], reopened.ResourceNamesSubscribe);
        Assert.Equal(["b"], reopened.InitialResourceVersions.Keys);
    }

    [Fact]
    public void OnResponse_WithANameNoLongerWanted_LeavesItOut()
    {
        var client = new DeltaClientSession();
        client.SetNames(Eds, new HashSet<string> { "a" });
        client.Open();
        var changes = client.OnResponse(Response(Eds, "1", "a:1", "late:1"));
        Assert.Equal("a", Assert.Single(changes.Upserted).Name);
    }

    [Fact]
    public void ClientAndServer_OverChangesAndReconnects_Agree()
    {
        var random = new Random(7);
        var client = new DeltaClientSession();
        client.SubscribeToAll(TypeUrls.Workload);
        var held = new Dictionary<string, string>();
        var state = ImmutableDictionary<string, DeltaResource>.Empty;
        for (var stream = 0; stream < 20; stream++)
        {
            var server = new DeltaServerSession(DeltaOrder.Model, maxResponseBytes: 20);
            server.Update(TypeUrls.Workload, new DeltaResources(state));
            foreach (var request in client.Open()) server.OnRequest(request);
            for (var step = 0; step < 30; step++)
            {
                var name = $"w{random.Next(10)}";
                state = random.Next(3) == 0 ? state.Remove(name) : state.SetItem(name, new DeltaResource(name, $"{stream}.{step}", new Any { Value = ByteString.CopyFromUtf8("body") }));
                server.Update(TypeUrls.Workload, new DeltaResources(state), [name]);
                // Now and then the peer is slow, and the stream may break with responses unanswered.
                if (random.Next(3) > 0) Exchange(client, server, held);
            }

            if (stream % 2 == 0) continue;
            while (Exchange(client, server, held)) { }
            Assert.Equal(state.ToDictionary(r => r.Key, r => r.Value.Version), held);
        }
    }

    private static bool Exchange(DeltaClientSession client, DeltaServerSession server, Dictionary<string, string> held)
    {
        var responses = server.TakeResponses();
        foreach (var response in responses)
        {
            var changes = client.OnResponse(response);
            foreach (var resource in changes.Upserted) held[resource.Name] = resource.Version;
            foreach (var name in changes.Removed) held.Remove(name);
            server.OnRequest(client.Answer(changes, []));
        }

        return responses.Count > 0;
    }

    private static DeltaDiscoveryResponse Response(string type, string nonce, params string[] resources)
    {
        var response = new DeltaDiscoveryResponse { TypeUrl = type, Nonce = nonce };
        foreach (var resource in resources)
            response.Resources.Add(new Resource { Name = resource.Split(':')[0], Version = resource.Split(':')[1], Resource_ = new() { TypeUrl = type } });
        return response;
    }
}
