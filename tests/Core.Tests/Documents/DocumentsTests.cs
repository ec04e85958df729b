using Mesh.Core.Resources;
using Mesh.Core.Validation;

namespace Mesh.Core.Tests.Documents;

public sealed class DocumentsTests
{
    private const string Service = "apiVersion: v1\nkind: Service\nmetadata: {name: NAME}\nspec: {ports: [{port: 80}]}\n";

    [Fact]
    public void Read_SeveralDocuments_NumbersThemAndTheirLines()
    {
        var text = "# a licence\n---\n" + Named("a") + "---\n# nothing\n--- # comment\n" + Named("b") + "...\n---\n{\"apiVersion\":\"v1\",\n\"kind\":\"Service\",\"metadata\":{\"name\":\"c\"},\"spec\":{\"ports\":[{\"port\":\"x\"}]}}";

        var documents = ObjectReader.Read(text, "f");

        Assert.Equal(["a", "b", "c"], documents.Select(d => d.Key!.Value.Name));
        Assert.Equal([1, 2, 3], documents.Select(d => d.Document));
        Assert.Equal([2, 9, 15], documents.Select(d => d.Line));
        Assert.Equal(17, Assert.Single(documents[2].Diagnostics).Line);
    }

    [Fact]
    public void Read_ABrokenDocument_LeavesTheOthers()
    {
        var documents = ObjectReader.Read(Named("a") + "---\na: [\n---\n" + Named("b"), "f");

        Assert.Equal([true, false, true], documents.Select(d => d.Object is not null));
        Assert.StartsWith("not valid YAML: ", documents[1].Diagnostics[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_APartOfAFile_CountsFromWhereItStarts()
    {
        var document = Assert.Single(ObjectReader.Read("apiVersion: v1\nkind: Nope\n", "f", firstDocument: 4, firstLine: 30));

        Assert.Equal((4, 30, 31), (document.Document, document.Line, document.Diagnostics[0].Line));
    }

    [Fact]
    public void Read_Anchors_AreResolved()
    {
        var document = Tests.Read.Spec("DestinationRule", "host: a\nsubsets:\n- {name: v1, labels: &l {a: b}}\n- {name: v2, labels: *l}");

        Assert.Empty(document.Diagnostics);
    }

    [Theory]
    [InlineData("a: 1\na: 2", "the key \"a\" is given twice")]
    [InlineData("x: {<<: 1}", "a merge key (<<) takes a map or a list of maps, this is the number 1")]
    [InlineData("x: {<<: [{a: b}, 1]}", "a merge key (<<) takes a map or a list of maps, this is a list")]
    [InlineData("on: 1\n\"true\": 2", "the key \"true\" is given twice")]
    [InlineData("a: 1\nb: \"\0\"", "not valid YAML: the line has a null character")]
    [InlineData("a:\n\tb: 1", "not valid YAML: the line is indented with a tab, which YAML does not allow; use spaces")]
    [InlineData("[a, b]: 1", "a key must be a plain word or a quoted string")]
    [InlineData("a: *nowhere", "the alias *nowhere has no anchor before it")]
    [InlineData("a: 1\n...\nb: 2", "another document starts here without a line \"---\" before it")]
    public void Read_WhatKubernetesRefuses_IsRefused(string yaml, string reason) =>
        Assert.Equal(reason, Assert.Single(Assert.Single(ObjectReader.Read(yaml, "f")).Diagnostics).Reason);

    [Theory]
    [InlineData("a: b\nmetadata:\n\tname: a\nspec: {}\n", 3)]
    [InlineData("a: b\nc:\n  d:\n  - e\n\t- f\n", 5)]
    [InlineData("a:\n  b: 1\n  \tc: 2\n", 3)]
    [InlineData("a: |\n  x\n  \ty\nb:\n\tc: 1\n", 5)]
    public void Read_IndentedByTabs_NamesTheLine(string text, int line)
    {
        var diagnostic = Assert.Single(ObjectReader.Read("x: 1\n---\n" + text, "f")[1].Diagnostics);

        Assert.Equal(2 + line, diagnostic.Line);
        Assert.Contains("indented with a tab", diagnostic.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TabsInTextAndAfterValues_AreNoIndentation() =>
        Assert.DoesNotContain(ObjectReader.Read("a: |\n  x\n  \ty\nb:\t\"c\td\"\n", "f").SelectMany(d => d.Diagnostics), d => d.Reason.Contains("tab", StringComparison.Ordinal));

    [Fact]
    public void Read_HalfOfASurrogatePair_IsRefused() =>
        Assert.Equal("not valid YAML: half of a surrogate pair is not a character", Assert.Single(Assert.Single(ObjectReader.Read("a: x" + '\ud800', "f")).Diagnostics).Reason);

    [Fact]
    public void Read_TheFuzzersCorpus_IsRefusedForNothingButWhatIsNotEnforced()
    {
        var corpus = File.ReadAllText(Path.Combine(Golden.GoldenFile.RepositoryRoot(), "tests", "Core.Tests", "Documents", "Corpus", "kinds.yaml"));

        Assert.DoesNotContain(ObjectReader.Read(corpus, "kinds.yaml").SelectMany(d => d.Diagnostics), d => d.Severity == Severity.Error && !d.IsRefusal);
    }

    [Fact]
    public void Read_EmptyText_GivesNothing() => Assert.Empty(ObjectReader.Read("\n# only a comment\n---\n", "f"));

    private static string Named(string name) => Service.Replace("NAME", name, StringComparison.Ordinal);
}
