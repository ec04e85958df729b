using System.Diagnostics;
using System.Text.Json;

namespace NodeAgent.Tests.Proxyless;

/// <summary>The grpc-js client of tests/ProxylessGrpc as a process; its packages are installed from npm when they are not there.</summary>
internal sealed class NodeClient : IDisposable
{
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    private readonly Process _process;
    private readonly List<string> _errors = [];

    private NodeClient(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, e) =>
        {
            lock (_errors)
                if (e.Data is not null) _errors.Add(e.Data);
        };
        process.BeginErrorReadLine();
    }

    /// <summary>Whether there is a node to run it with.</summary>
    public static bool IsPossible => Find("node") && Find("npm");

    private static string Folder { get; } = Path.Combine(Root(), "tests", "ProxylessGrpc");

    public static async Task<NodeClient> StartAsync(string bootstrapFile, string socket, string target)
    {
        await Installed.Value;
        await File.WriteAllTextAsync(bootstrapFile, JsonSerializer.Serialize(new
        {
            xds_servers = new[]
            {
                new { server_uri = $"unix:{socket}", channel_creds = new[] { new { type = "insecure" } }, server_features = new[] { "xds_v3" } },
            },
            node = new
            {
                id = "sidecar~127.0.0.1~client-0.default~default.svc.cluster.local", metadata = new { GENERATOR = "grpc" }, locality = new { },
            },
        }));
        var start = Start("node", "client.js", target);
        start.RedirectStandardInput = true;
        start.Environment["GRPC_XDS_BOOTSTRAP"] = bootstrapFile;
        return new NodeClient(Process.Start(start)!);
    }

    /// <summary>One call; the line it answers with.</summary>
    public async Task<string> CallAsync(string text)
    {
        await _process.StandardInput.WriteLineAsync(text);
        await _process.StandardInput.FlushAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            if (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line) return line;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"the client does not answer: {Log}");
        }

        await _process.WaitForExitAsync();
        throw new InvalidOperationException($"the client ended: {Log}");
    }

    /// <summary>What the client said on stderr: with GRPC_TRACE and GRPC_VERBOSITY set, everything it did.</summary>
    public string Log
    {
        get
        {
            lock (_errors) return string.Join('\n', _errors);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static async Task InstallAsync()
    {
        if (Directory.Exists(Path.Combine(Folder, "node_modules", "@grpc", "grpc-js-xds"))) return;
        // No lock file: the versions that matter are exact in package.json, and a lock would name one registry.
        using var npm = Process.Start(Start("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"))!;
        var output = npm.StandardOutput.ReadToEndAsync();
        var errors = npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        Assert.True(npm.ExitCode == 0, $"npm install failed: {await errors}{await output}");
    }

    private static ProcessStartInfo Start(string program, params string[] arguments) =>
        new(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };

    private static bool Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Mesh.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("no Mesh.sln above the tests");
        return folder;
    }
}
