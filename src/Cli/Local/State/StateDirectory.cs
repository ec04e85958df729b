using System.Text;

namespace Mesh.Cli.Local.State;

/// <summary>The paths of one mesh's state directory; docs/reference/processes.md lists them. Mode 0700 throughout.</summary>
internal sealed class StateDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // sockaddr_un.sun_path, less the terminating zero.
    private const int MaxSocketPath = 107;

    public StateDirectory(string path) => Root = Path.GetFullPath(path);

    public string Root { get; }

    public string Database => At("mesh.db");

    public string RootCertificate => At("root.pem");

    public string RootKey => At("root.key");

    public string AdminToken => At("admin.token");

    public string JoinTokens => At("join-tokens.json");

    public string AgentJoinToken => At("agent/join.token");

    public string AgentSocket => At("agent/agent.sock");

    public string AgentWorkloads => At("agent/workloads");

    public string AgentCache => At("agent/cache");

    public string Context => At("context.json");

    public string Addresses => At("addresses.json");

    public string Logs => At("logs");

    public string ProcessId => At("up.pid");

    public string Lock => At("up.lock");

    public string Config(string process) => At($"config/{process}.json");

    public string Log(string process) => At($"logs/{process}.log");

    public string WorkloadToken(string workload) => At($"workloads/{workload}/token");

    public string Registration(string workload) => At($"agent/workloads/{workload}.json");

    /// <summary>Where meshes live unless told otherwise: <c>$XDG_STATE_HOME/mesh</c> or <c>~/.local/state/mesh</c>.</summary>
    public static string DefaultBase()
    {
        var home = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (string.IsNullOrEmpty(home))
            home = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return Path.Combine(home, "mesh");
    }

    public static StateDirectory ForName(string name) => new(Path.Combine(DefaultBase(), name));

    /// <summary>Creates what is missing, and refuses a path under which the agent's socket could not be bound.</summary>
    public void Create()
    {
        if (Encoding.UTF8.GetByteCount(AgentSocket) > MaxSocketPath)
            throw new CliException($"{Root}: the path is too long for a Unix socket ({AgentSocket} has more than {MaxSocketPath} bytes). Choose a shorter --state-dir.");
        foreach (var directory in (string[])[Root, Logs, At("config"), At("workloads"), At("agent"), AgentWorkloads, AgentCache])
            Directory.CreateDirectory(directory, OwnerOnly);
        File.SetUnixFileMode(Root, OwnerOnly);
    }

    private string At(string relative) => Path.Combine(Root, relative);
}
