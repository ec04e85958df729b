using System.Diagnostics;
using System.Globalization;
using System.Text;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Tests.Fields;
using Mesh.Core.Tests.Golden;
using Mesh.Core.Validation;

namespace Mesh.Core.Tests.Documents;

/// <summary>
/// Documents of every kind, written by hand and made at random from the models, broken at random. <c>eng/fuzz.sh</c> runs a million of
/// them with seeds of its own.
/// </summary>
public sealed class FuzzTests
{
    private const long MostBytesAllowed = 400L * 1024 * 1024;

    private static readonly int Documents = Number("MESH_FUZZ_DOCUMENTS", 20_000);
    private static readonly int FirstSeed = Number("MESH_FUZZ_SEED", 0);

    // One document costs about a millisecond; the bound is for what grows without limit, on a machine that does other things.
    private static readonly TimeSpan LongestAllowed = TimeSpan.FromSeconds(10);

    private static readonly string[] Tokens =
    [
        "- ", "{", "}", "[", "]", ": ", ",", "&a ", "*a", "| ", "> ", "\t", "'", "\"", "#", "\n", "\r", "---\n", "...\n", "!!int ", "!!binary ", "%YAML 1.2\n", "? ",
        "<<: ", "<<: *a", "~", "null", "true", "on", "012", "1_0", "1:30", "-1", "1e999", ".inf", "0x", "spec:", "http:", "items:\n- ", "kind: List\n", "{}", "[]", "\0", "\ud800", "\ufeff",
        "\u2028", "\r\n", "(((", "{1000}", "{**}", "%", "\\", "999999999999999999999", "*", "/", "0s", "1.5s",
    ];

    /// <summary>
    /// Whatever comes in: no exception, an answer in time and within memory, and each document is either an object that can be stored
    /// and read back, or refused with a reason.
    /// </summary>
    [Fact]
    public void Read_MutatedDocuments_AreJudgedInTimeWithoutAnException()
    {
        var corpus = Corpus();
        Parallel.For(0, Documents, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => Attempt(corpus, FirstSeed + i));
    }

    private static void Attempt(string[] corpus, int seed)
    {
        var random = new Random(seed);
        var source = random.Next(4) == 0 ? RandomDocument(seed, random) : corpus[random.Next(corpus.Length)];
        var text = Mutate(source, corpus, random);
        var (started, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        try
        {
            foreach (var document in ObjectReader.Read(text, "f")) AssertJudged(document);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}: {e.Message}\n{text}", e);
        }

        Assert.True(Stopwatch.GetElapsedTime(started) < LongestAllowed, $"seed {seed} took {Stopwatch.GetElapsedTime(started)}\n{text}");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytesAllowed, $"seed {seed} took {GC.GetAllocatedBytesForCurrentThread() - before} bytes\n{text}");
    }

    private static void AssertJudged(ObjectDocument document)
    {
        Assert.True(document.Object is null == document.Diagnostics.Any(d => d.Severity == Severity.Error), "neither refused nor accepted");
        foreach (var diagnostic in document.Diagnostics)
        {
            Assert.NotEmpty(diagnostic.Reason);
            if (diagnostic.Path.Length > 0 && diagnostic.Path.IndexOfAny(['"', '[', '.']) < 0) Assert.NotNull(document.Locate(diagnostic.Path));
        }

        if (document.Object is not { } accepted) return;
        var stored = ObjectWriter.ToJson(accepted);
        Assert.Equal(stored, ObjectWriter.ToJson(ObjectReader.FromStoredJson(stored)));
    }

    private static string RandomDocument(int seed, Random random) =>
        ObjectWriter.ToJsonText(new RandomSpec(seed).Object(KindRegistry.All[random.Next(KindRegistry.All.Length)]), indented: random.Next(2) == 0);

    private static string Mutate(string text, string[] corpus, Random random)
    {
        var mutated = new StringBuilder(text);
        for (var count = random.Next(0, 8); count > 0 && mutated.Length > 0; count--)
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
        var folder = Path.Combine(GoldenFile.RepositoryRoot(), "tests", "Core.Tests");
        string[] files = [Path.Combine(folder, "Golden", "valid.yaml"), Path.Combine(folder, "Golden", "errors.yaml"), Path.Combine(folder, "Documents", "Corpus", "kinds.yaml")];
        return [.. files.SelectMany(f => File.ReadAllText(f).Split("---\n")).Where(t => t.Length > 0), "{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"a\"}, \"spec\": {\"ports\": [{\"port\": 80}]}}"];
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : otherwise;
}
