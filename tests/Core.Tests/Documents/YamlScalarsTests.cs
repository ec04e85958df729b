using Mesh.Core.Documents;

namespace Mesh.Core.Tests.Documents;

public sealed class YamlScalarsTests
{
    [Theory]
    [InlineData("on", "Boolean", 1)]
    [InlineData("Yes", "Boolean", 1)]
    [InlineData("off", "Boolean", 0)]
    [InlineData("NO", "Boolean", 0)]
    [InlineData("~", "Null", 0)]
    [InlineData("null", "Null", 0)]
    [InlineData("017", "Integer", 15)]
    [InlineData("0o17", "Integer", 15)]
    [InlineData("0x1F", "Integer", 31)]
    [InlineData("0b101", "Integer", 5)]
    [InlineData("1_000", "Integer", 1000)]
    [InlineData("-8", "Integer", -8)]
    [InlineData("0", "Integer", 0)]
    [InlineData("9223372036854775807", "Integer", 9223372036854775807)]
    [InlineData("9223372036854775808", "Float", 0)]
    [InlineData("1.5", "Float", 0)]
    [InlineData("1e3", "Float", 0)]
    [InlineData("089", "Float", 0)]
    [InlineData("1.5.2", "String", 0)]
    [InlineData("10s", "String", 0)]
    [InlineData("0x", "String", 0)]
    [InlineData("_1", "String", 0)]
    [InlineData("yess", "String", 0)]
    [InlineData("-", "String", 0)]
    public void ResolvePlain_AsKubernetesReadsIt(string text, string type, long integer)
    {
        var scalar = YamlScalars.ResolvePlain(text, 1);

        Assert.Equal(type, scalar.Type.ToString());
        Assert.Equal(integer, scalar.Integer);
    }

    [Fact]
    public void Read_WordsThatAreBooleansAsLabels_AreRefusedWithAHintToQuote()
    {
        var document = Tests.Read.Spec("DestinationRule", "host: a\nsubsets: [{name: v1, labels: {debug: on, quoted: \"on\"}}]");

        Assert.Equal("spec.subsets[0].labels.debug: must be a string, is the boolean on. Put it in quotes: \"on\".", document.Diagnostics[0].ToString().Split("  ")[2]);
    }
}
