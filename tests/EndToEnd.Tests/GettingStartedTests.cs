using System.Text;

namespace Mesh.EndToEnd.Tests;

/// <summary>Runs docs/getting-started.md, and docs/https.md after it, as a reader would: writes its files, runs its commands, compares what they print.</summary>
[Collection("Real processes")]
public sealed class GettingStartedTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("mesh-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Documents_EveryCommand_DoesWhatItSays()
    {
        // The reader stands in the source tree; only what the document uses of it is needed.
        Directory.CreateSymbolicLink(Path.Combine(_directory, "samples"), Path.Combine(Repository.Root, "samples"));
        Directory.CreateSymbolicLink(Path.Combine(_directory, "artifacts"), Path.Combine(Repository.Root, "artifacts"));
        var output = "";
        var commands = 0;
        try
        {
            foreach (var (language, text) in Blocks(await ReadAsync("getting-started.md") + await ReadAsync("https.md")))
            {
                switch (language)
                {
                    case "yaml": WriteFile(text); break;
                    case "sh":
                        commands++;
                        // The native sidecar is proved by the demo; compiling it here would only make the test wait.
                        var result = await Shell.RunAsync(text.Replace("--detach", "--detach --jit", StringComparison.Ordinal), _directory, _directory);
                        output = result.Output + result.Error;
                        break;
                    case "text": AssertPrinted(text, output); break;
                }
            }
        }
        finally
        {
            await Shell.RunAsync("meshctl down || true", _directory, _directory);
        }
        Assert.True(commands >= 5, $"only {commands} blocks of commands found");
        Assert.Empty(Shell.ProcessesOf(_directory));
    }

    private static Task<string> ReadAsync(string document) => File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", document), TestContext.Current.CancellationToken);

    /// <summary>A YAML block begins with the name of its file as a comment.</summary>
    private void WriteFile(string text)
    {
        var path = Path.Combine(_directory, text.Split('\n')[0].TrimStart('#', ' '));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Each line of the block is in the output, but for spaces and for what "..." stands for.</summary>
    private static void AssertPrinted(string expected, string output)
    {
        var printed = Squeeze(output);
        foreach (var part in expected.Split('\n').SelectMany(line => line.Split("...")).Select(Squeeze).Where(part => part.Length > 0))
            Assert.Contains(part, printed, StringComparison.Ordinal);
    }

    private static string Squeeze(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static IEnumerable<(string Language, string Text)> Blocks(string markdown)
    {
        string? language = null;
        var text = new StringBuilder();
        foreach (var line in markdown.Split('\n'))
        {
            if (!line.StartsWith("```", StringComparison.Ordinal))
            {
                if (language is not null) text.Append(line).Append('\n');
                continue;
            }
            if (language is not null) yield return (language, text.ToString().TrimEnd('\n') + "\n");
            language = language is null ? line[3..].Trim() : null;
            text.Clear();
        }
    }
}
