using System.Text;
using System.Text.Json;
using Mesh.Cluster.Membership.Bootstrap;

namespace Mesh.Cluster.Tests.Membership;

public sealed class SeedNodesJsonTests
{
    [Fact]
    public void Parse_DotNetForm_GivesAddresses() => Assert.Equal("akka.ssl.tcp://mesh@10.0.0.1:4053", Parse(
        """{"SelfNode":{},"Nodes":[{"Node":{"Host":"10.0.0.1","Port":4053,"System":"mesh","Protocol":"akka.ssl.tcp"},"NodeUid":1,"Status":1}]}"""));

    [Fact]
    public void Parse_JvmForm_GivesAddresses() => Assert.Equal("akka.tcp://mesh@10.0.0.1:4053", Parse(
        """{"selfNode":"x","seedNodes":[{"node":"akka.tcp://mesh@10.0.0.1:4053","nodeUid":1,"status":"Up","roles":[]}]}"""));

    [Fact]
    public void Parse_AnythingElse_Throws() => Assert.ThrowsAny<JsonException>(() => Parse("{}"));

    private static string Parse(string json) => Assert.Single(SeedNodesJson.Parse(Encoding.UTF8.GetBytes(json))).ToString();
}
