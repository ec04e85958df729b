using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Mesh.Cli.Local.Programs;

/// <summary>The sidecar to start, and a sentence on which one it is.</summary>
internal sealed record SidecarProgram(string Path, string Note);

/// <summary>
/// Provides the sidecar's binary: published NativeAOT once for each state of its sources where a C toolchain is present, else
/// the JIT build. A publish that fails is remembered with its reason, so that the next start does not wait for it again.
/// </summary>
internal sealed class SidecarPublisher(ProgramLocator programs, Action<string> progress)
{
    private static readonly string[] Inputs = ["src/Sidecar", "src/Core", "src/Protocol", "eng"];
    private static readonly string[] Extensions = [".cs", ".csproj", ".proto", ".props", ".targets", ".json"];

    public async Task<SidecarProgram> ProvideAsync(bool jit, CancellationToken cancel)
    {
        if (jit) return Jit("as asked (--jit)");
        if (!programs.IsSourceBuild) return new SidecarProgram(programs.Find("Sidecar", "mesh-sidecar"), "sidecar: as installed");
        if (Toolchain() is not { } toolchain) return Jit("no C toolchain: install clang, or gcc, to have it compiled ahead of time");
        var root = programs.SourceTree!;
        var cache = Path.Combine(root, "artifacts", "sidecar-aot", Key(root, toolchain));
        var binary = Path.Combine(cache, "mesh-sidecar");
        var failure = Path.Combine(cache, "failed.txt");
        if (File.Exists(failure)) return Jit($"ahead-of-time compilation failed before ({File.ReadAllText(failure).Trim()}; delete {failure} to try again)");
        if (!File.Exists(binary))
        {
            progress("compiling the sidecar ahead of time, once: this takes a minute or two");
            if (await PublishAsync(root, cache, toolchain, cancel) is { } reason)
            {
                Directory.CreateDirectory(cache);
                await File.WriteAllTextAsync(failure, reason + "\n", cancel);
                return Jit($"ahead-of-time compilation failed: {reason}");
            }
        }
        return new SidecarProgram(binary, $"sidecar: native ({new FileInfo(binary).Length / 1024 / 1024} MB)");
    }

    private SidecarProgram Jit(string why) => new(programs.Find("Sidecar", "mesh-sidecar"), $"sidecar: JIT build, {why}");

    private static string? Toolchain() => ((string[])["clang", "gcc"]).FirstOrDefault(tool =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, tool))));

    /// <summary>Null when the binary is there; else the reason, one line.</summary>
    private static async Task<string?> PublishAsync(string root, string cache, string toolchain, CancellationToken cancel)
    {
        // Built in a tree of its own: the ahead-of-time restore must not touch the assets of the ordinary build, nor another publish.
        var work = $"{cache}.{Environment.ProcessId}.build";
        try
        {
            return await PublishAsync(root, cache, work, toolchain, cancel);
        }
        finally
        {
            if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<string?> PublishAsync(string root, string cache, string work, string toolchain, CancellationToken cancel)
    {
        var dotnet = Path.Combine(ProgramLocator.DotnetRoot ?? "", "dotnet");
        var start = new ProcessStartInfo(File.Exists(dotnet) ? dotnet : "dotnet")
        {
            WorkingDirectory = root, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var argument in (string[])["publish", "src/Sidecar", "-c", "Release", "--use-current-runtime", "-p:PublishAot=true",
            $"-p:ArtifactsPath={work}", $"-p:CppCompilerAndLinker={toolchain}", "-o", Path.Combine(work, "out"), "-nodeReuse:false", "-v", "quiet", "-nologo"])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new CliException("cannot start dotnet publish");
        using var kill = cancel.Register(() => process.Kill(entireProcessTree: true));
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        cancel.ThrowIfCancellationRequested();
        var text = await output + await errors;
        if (process.ExitCode != 0) return FirstError(text);
        Directory.CreateDirectory(cache);
        File.Move(Path.Combine(work, "out", "mesh-sidecar"), Path.Combine(cache, "mesh-sidecar"), overwrite: true);
        return null;
    }

    private static string FirstError(string output) =>
        output.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase))?.Trim() ?? "dotnet publish failed";

    /// <summary>A hash of everything the binary is made from.</summary>
    private static string Key(string root, string toolchain)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{toolchain} {Environment.Version}"));
        var files = Inputs.Select(i => Path.Combine(root, i)).Where(Directory.Exists)
            .SelectMany(d => Directory.EnumerateFiles(d, "*", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(root, "*.*").Where(f => Path.GetFileName(f).StartsWith("Directory.", StringComparison.Ordinal)))
            .Where(f => Extensions.Contains(Path.GetExtension(f))).Order(StringComparer.Ordinal);
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(root, file)));
            hash.AppendData(File.ReadAllBytes(file));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
