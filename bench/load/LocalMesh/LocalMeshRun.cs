using System.Globalization;
using System.Net;
using System.Text.Json;
using Mesh.Bench.Kernel;

namespace Mesh.Bench.LocalMesh;

/// <summary>
/// A mesh brought up by <c>meshctl up</c> for one run, in a state directory of its own, found through the files that
/// docs/reference/processes.md describes. Disposing ends all of it.
/// </summary>
internal sealed class LocalMeshRun : IDisposable
{
    private readonly Child _up;

    public LocalMeshRun(string folder, string meshctl, string yaml, IReadOnlyDictionary<string, string>? environment = null)
    {
        StateDirectory = Path.Combine(folder, "state");
        var file = Path.Combine(folder, "mesh.yaml");
        File.WriteAllText(file, yaml);
        _up = Child.Start(Path.Combine(folder, "up.log"), environment ?? new Dictionary<string, string>(), meshctl, "up", "-f", file, "--state-dir", StateDirectory);
    }

    public string StateDirectory { get; }

    public string? Failure => _up.Failure;

    /// <summary>The registration of a workload of one replica; null while there is none yet.</summary>
    public WorkloadRegistration? TryFindWorkload(string workloadName)
    {
        foreach (var json in JsonFiles(Path.Combine(StateDirectory, "agent", "workloads")))
        {
            if (Text(json, "workloadName") != workloadName)
                continue;
            var aliases = json.TryGetProperty("aliases", out var map)
                ? map.EnumerateObject().ToDictionary(p => p.Name, p => IPAddress.Parse(p.Value.GetString()!))
                : [];
            return new WorkloadRegistration(IPAddress.Parse(Text(json, "address")!), aliases);
        }

        return null;
    }

    /// <summary>The process that runs a workload's sidecar.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public int SidecarProcess(string workloadName)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(StateDirectory, "config"), "*.json"))
        {
            using var document = Parse(File.ReadAllText(file));
            if (Text(document.RootElement, "role") != "sidecar" || Text(document.RootElement, "workloadName") != workloadName)
                continue;
            var full = Path.GetFullPath(file);
            if (ProcessStat.AllIds().Where(id => ProcessStat.CommandLine(id).Contains(full)).Cast<int?>().FirstOrDefault() is { } process)
                return process;
        }

        throw new InvalidOperationException($"no process runs the sidecar of {workloadName}");
    }

    /// <summary>Base addresses of the API of every replica.</summary>
    public IReadOnlyList<Uri> Apis() =>
        [.. JsonFiles(Path.Combine(StateDirectory, "config")).Where(j => j.TryGetProperty("bootstrap", out _)).Select(ApiOf)
            .OrderBy(u => u.Host, StringComparer.Ordinal)];

    public string AdminToken() => File.ReadAllText(Path.Combine(StateDirectory, "admin.token")).Trim();

    public string RootCertificate => Path.Combine(StateDirectory, "root.pem");

    public void Dispose()
    {
        _up.Dispose();

        // The supervisor ends what it started. If it was killed instead, what is left names our own state directory.
        foreach (var id in ProcessStat.AllIds().Where(id => ProcessStat.CommandLine(id).Any(a => a.StartsWith(StateDirectory, StringComparison.Ordinal))))
        {
            try
            {
                using var left = System.Diagnostics.Process.GetProcessById(id);
                Console.Error.WriteLine($"mesh-bench: meshctl left process {id} ({left.ProcessName}) behind; killing it");
                left.Kill();
            }
            catch (ArgumentException)
            {
                // It ended meanwhile.
            }
        }
    }

    private static Uri ApiOf(JsonElement replica)
    {
        var port = replica.TryGetProperty("ports", out var ports) && ports.TryGetProperty("api", out var api) ? api.GetInt32() : 9443;
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"https://{Text(replica, "address")}:{port}/"));
    }

    private static IEnumerable<JsonElement> JsonFiles(string folder)
    {
        if (!Directory.Exists(folder))
            yield break;
        foreach (var file in Directory.EnumerateFiles(folder, "*.json"))
        {
            using var document = Parse(File.ReadAllText(file));
            yield return document.RootElement;
        }
    }

    private static JsonDocument Parse(string text) =>
        JsonDocument.Parse(text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
