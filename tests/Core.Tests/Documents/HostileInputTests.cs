using System.Text;
using Mesh.Core.Resources;

namespace Mesh.Core.Tests.Documents;

public sealed class HostileInputTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    [Fact]
    public void Read_AliasesThatMultiply_AreRefused()
    {
        var yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++) yaml.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");

        Assert.Contains("more than 200000 values", Reason(yaml.ToString()), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnAliasOfItself_IsRefused() =>
        Assert.Contains("alias", Reason("a: &a [*a]\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    public void Read_NestedTooDeep_IsRefused(string open) =>
        Assert.False(string.IsNullOrEmpty(Reason("spec: " + (open is "- " or "? " ? "\n" : "") + string.Concat(Enumerable.Repeat(open, 200_000)))));

    [Fact]
    public void Read_SixtyFiveLevels_IsRefusedAndSixtyFourAreRead()
    {
        Assert.Contains("64 levels", Reason(new string('[', 65) + new string(']', 65)), StringComparison.Ordinal);
        Assert.Contains("a list", Reason(new string('[', 64) + new string(']', 64)), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LargerThanAMebibyte_IsRefusedAndTheNextDocumentIsRead()
    {
        var documents = ObjectReader.Read(
            "a: " + new string('x', 1024 * 1024) + "\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n", "f");

        Assert.Contains("larger than 1024 KiB", documents[0].Diagnostics[0].Reason, StringComparison.Ordinal);
        Assert.NotNull(documents[1].Object);
        Assert.Equal(2, documents[1].Line);
    }

    [Fact]
    public void Read_AHundredThousandUnknownFields_ReportsAHundred()
    {
        var fields = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"  f{i}: 1\n"));

        var document = Assert.Single(ObjectReader.Read("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n" + fields, "f"));

        Assert.Equal(100, document.Diagnostics.Length);
    }

    private static string Reason(string yaml)
    {
        var task = Task.Run(() => ObjectReader.Read(yaml, "f"), TestContext.Current.CancellationToken);
        Assert.True(task.Wait(Bound, TestContext.Current.CancellationToken), "reading took too long");
        var document = Assert.Single(task.Result);
        Assert.Null(document.Object);
        return document.Diagnostics[0].Reason;
    }
}
