using System.Text;
using Mesh.Core.Snapshots;
using Mesh.NodeAgent.Workloads;

namespace NodeAgent.Tests.Workloads;

public sealed class RegistrationReaderTests
{
    [Fact]
    public void Read_TheDocumentedForm_FillsEveryField()
    {
        var registration = Read($$"""
            { // as docs/reference/processes.md has it
              "namespace": "default", "name": "reviews-v1-0", "workloadName": "reviews-v1", "serviceAccount": "reviews",
              "labels": { "app": "reviews" }, "role": "sidecar", "address": "127.77.1.1", "proxyAddress": "127.77.1.2",
              "ports": { "9080": 40123 }, "appAddress": "127.0.0.1", "aliases": { "default/ratings": "127.77.128.7" },
              "tokenSha256": "{{new string('a', 64)}}", "locality": "",
            }
            """, out var errors);
        Assert.Empty(errors);
        Assert.NotNull(registration);
        Assert.Equal(("default/reviews-v1-0", "127.77.1.2", 40123), (registration.Id.ToString(), registration.ProxyAddress, registration.Ports[9080]));
        Assert.Equal("127.77.128.7", registration.Aliases.Single().Value);
        Assert.Equal(32, registration.TokenSha256.Length);
    }

    [Fact]
    public void Read_SeveralMistakes_NamesEveryField()
    {
        Assert.Null(Read("""
            {"namespace": "Default", "role": "proxy", "address": "here", "ports": {"x": 1, "80": 70000}, "aliases": {"ratings": "127.0.0.1"},
             "tokenSha256": "12", "labels": {"a": 1}, "colour": "red"}
            """, out var errors));
        foreach (var field in (string[])["namespace", "name", "role", "address", "ports.x", "ports.80", "aliases.ratings", "tokenSha256", "labels.a", "colour"])
            Assert.Contains(errors, error => error.StartsWith(field + ":", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"namespace\": \"def")]
    [InlineData("[]")]
    public void Read_APart_IsAnErrorAndNothingElse(string text)
    {
        Assert.Null(Read(text, out var errors));
        Assert.Single(errors);
    }

    [Fact]
    public void ToWorkload_WithoutASidecar_IsTheApplicationItself()
    {
        var registration = Read("""{"namespace": "a", "name": "b", "role": "none", "appAddress": "127.0.0.1", "ports": {"80": 4080}}""", out _)!;
        var workload = registration.ToWorkload("node-1", WorkloadHealth.Healthy);
        Assert.Equal(("127.0.0.1", 4080, false), (workload.Address, workload.Ports[80], workload.HasSidecar));
    }

    [Fact]
    public void ToWorkload_WithASidecar_ListensOnTheTargetPorts()
    {
        var registration = Read("""{"namespace": "a", "name": "b", "address": "127.9.0.1", "ports": {"80": 4080}}""", out _)!;
        var workload = registration.ToWorkload("node-1", WorkloadHealth.Healthy);
        Assert.Equal(("127.9.0.1", 0, true), (workload.Address, workload.Ports.Count, workload.HasSidecar));
    }

    private static Registration? Read(string json, out IReadOnlyList<string> errors) => RegistrationReader.Read(Encoding.UTF8.GetBytes(json), out errors);
}
