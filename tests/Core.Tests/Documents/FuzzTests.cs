using System.Diagnostics;
using System.Text;
using Mesh.Core.Resources;
using Mesh.Core.Tests.Golden;
using Mesh.Core.Validation;

namespace Mesh.Core.Tests.Documents;

public sealed class FuzzTests
{
    private const int Documents = 20_000;

    private static readonly TimeSpan LongestAllowed = TimeSpan.FromSeconds(2);

    private static readonly string[] Tokens =
    [
        "- ", "{", "}", "[", "]", ": ", ",", "&a ", "*a", "| ", "> ", "\t", "'", "\"", "#", "\n", "\r", "---\n", "...\n", "!!int ", "!!binary ", "%YAML 1.2\n", "? ",
        "<<: ", "~", "null", "true", "-1", "1e999", "0x", "spec:", "http:", "{}", "[]", "\0", "\ud800", "\ufeff", "\u2028", "(((", "{1000}", "\\", "999999999999999999999",
    ];

    /// <summary>
    /// Whatever comes in: no exception, an answer in time, and each document is either an object that can be stored and read back, or
    /// refused with a reason.
    /// </summary>
    [Fact]
    public void Read_MutatedDocuments_AreJudgedInTimeWithoutAnException()
    {
        var corpus = Corpus();
        var slowest = TimeSpan.Zero;
        for (var seed = 0; seed < Documents; seed++)
        {
            var random = new Random(seed);
            var text = Mutate(corpus[random.Next(corpus.Length)], corpus, random);
            var started = Stopwatch.GetTimestamp();
            foreach (var document in Attempt(text, seed)) AssertJudged(document, seed);
            var took = Stopwatch.GetElapsedTime(started);
            if (took > slowest) slowest = took;
        }

        Assert.InRange(slowest, TimeSpan.Zero, LongestAllowed);
    }

    private static IEnumerable<ObjectDocument> Attempt(string text, int seed)
    {
        try
        {
            return ObjectReader.Read(text, "f");
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}: {e.Message}\n{text}", e);
        }
    }

    private static void AssertJudged(ObjectDocument document, int seed)
    {
        Assert.True(document.Object is null == document.Diagnostics.Any(d => d.Severity == Severity.Error), $"seed {seed}");
        Assert.All(document.Diagnostics, d => Assert.NotEmpty(d.Reason));
        if (document.Object is not { } accepted) return;
        var stored = ObjectWriter.ToJson(accepted);
        Assert.Equal(stored, ObjectWriter.ToJson(ObjectReader.FromStoredJson(stored)));
    }

    private static string Mutate(string text, string[] corpus, Random random)
    {
        var mutated = new StringBuilder(text);
        for (var count = random.Next(1, 8); count > 0 && mutated.Length > 0; count--)
        {
            var at = random.Next(mutated.Length);
            var length = Math.Min(random.Next(1, 40), mutated.Length - at);
            switch (random.Next(6))
            {
                case 0: mutated[at] = (char)random.Next(random.Next(4) == 0 ? 0xffff : 0x7f); break;
                case 1: mutated.Remove(at, length); break;
                case 2: mutated.Insert(at, Tokens[random.Next(Tokens.Length)]); break;
                case 3: mutated.Insert(at, mutated.ToString(at, length)); break;
                case 4: mutated.Insert(at, string.Concat(Enumerable.Repeat(Tokens[random.Next(Tokens.Length)], random.Next(200)))); break;
                default: mutated.Insert(at, Piece(corpus[random.Next(corpus.Length)], random)); break;
            }
        }

        return mutated.ToString();
    }

    private static string Piece(string text, Random random)
    {
        var at = random.Next(text.Length);
        return text.Substring(at, Math.Min(random.Next(1, 80), text.Length - at));
    }

    private static string[] Corpus()
    {
        var folder = Path.Combine(GoldenFile.RepositoryRoot(), "tests", "Core.Tests", "Golden");
        string[] files = [File.ReadAllText(Path.Combine(folder, "valid.yaml")), File.ReadAllText(Path.Combine(folder, "errors.yaml"))];
        return [.. files.SelectMany(f => f.Split("---\n")), "{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"a\"}, \"spec\": {\"ports\": [{\"port\": 80}]}}"];
    }
}
