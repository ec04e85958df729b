using Mesh.NodeAgent.Options;

namespace NodeAgent.Tests.Options;

public sealed class AgentOptionsReaderTests
{
    [Fact]
    public void Read_TheDocumentedForm_IsAccepted()
    {
        var file = Path.GetTempFileName();
        var options = AgentOptionsReader.Read($$"""
            { "node": "node-1", "address": "127.77.0.100", "trustDomain": "cluster.local", // comment
              "replicas": ["127.77.0.1:15012", "[::1]:15012"], "rootCertificate": "{{file}}", "joinTokenFile": "{{file}}",
              "socket": "/run/agent.sock", "workloadsDirectory": "w", "stateDirectory": "s", "ports": { "health": 15020 }, }
            """, out var errors);
        File.Delete(file);
        Assert.Empty(errors);
        Assert.Equal(["127.77.0.1", "::1"], options!.Replicas.Select(r => r.Host));
    }

    [Fact]
    public void Read_SeveralMistakes_ReportsAllAtOnce()
    {
        Assert.Null(AgentOptionsReader.Read("""{"address": "x", "replicas": ["a"], "ports": {"dns": 1}, "colour": 1, "socket": 1}""", out var errors));
        foreach (var field in (string[])["node", "address", "replicas", "ports.dns", "colour", "socket", "trustDomain", "rootCertificate", "stateDirectory"])
            Assert.Contains(errors, error => error.StartsWith(field, StringComparison.Ordinal));
    }
}
