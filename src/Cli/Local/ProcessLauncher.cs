using System.Collections;
using System.Text.Json;
using Mesh.Cli.Local.Planning;
using Mesh.Cli.Local.Programs;
using Mesh.Cli.Local.State;
using Mesh.Cli.Local.Supervision;

namespace Mesh.Cli.Local;

/// <summary>Writes a plan's options files and starts its processes.</summary>
internal sealed class ProcessLauncher(StateDirectory state, Supervisor supervisor, ProgramLocator programs, string sidecar)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Dictionary<string, string> _environment = Inherited();

    public static string ReplicaProcess(string name) => name;

    public static string ProxyProcess(ProxiedWorkload instance) => instance.IsGateway ? $"{instance.FileName}.gateway" : $"{instance.FileName}.sidecar";

    public const string AgentProcess = "agent";

    /// <summary>Registrations of an earlier start that are no longer wanted go, so that the agent never sees a workload nobody runs.</summary>
    public static void WriteRegistrations(StateDirectory state, LocalPlan plan)
    {
        var wanted = plan.Instances.ToDictionary(i => state.Registration(i.FileName), i => i.Registration);
        foreach (var file in Directory.EnumerateFiles(state.AgentWorkloads).Where(f => !wanted.ContainsKey(f))) File.Delete(file);
        foreach (var (file, registration) in wanted) PrivateFile.Write(file, JsonSerializer.Serialize(registration, Json));
    }

    public void StartReplicas(LocalPlan plan)
    {
        foreach (var replica in plan.Replicas) StartProgram(ReplicaProcess(replica.Name), ProcessTier.Replica, programs.Find("Cluster", "mesh-cluster"), replica);
    }

    public void StartAgent(LocalPlan plan) => StartProgram(AgentProcess, ProcessTier.Agent, programs.Find("NodeAgent", "mesh-agent"), plan.Agent);

    public void StartProxies(LocalPlan plan)
    {
        foreach (var instance in plan.Instances)
            if (instance.Proxy is { } proxy) StartProgram(ProxyProcess(instance), ProcessTier.Workload, sidecar, proxy);
    }

    public void StartApplications(LocalPlan plan)
    {
        foreach (var instance in plan.Instances)
        {
            if (instance.App is not { } app) continue;
            var environment = new Dictionary<string, string>(_environment, StringComparer.Ordinal);
            foreach (var (name, value) in app.Environment) environment[name] = value;
            supervisor.Start(instance.FileName, ProcessTier.Workload,
                new SpawnRequest(app.FileName, app.Arguments, environment, app.WorkingDirectory, state.Log(instance.FileName)));
        }
    }

    private void StartProgram(string name, ProcessTier tier, string program, object options)
    {
        PrivateFile.Write(state.Config(name), JsonSerializer.Serialize(options, Json));
        supervisor.Start(name, tier, new SpawnRequest(program, ["--config", state.Config(name)], _environment, state.Root, state.Log(name)));
    }

    /// <summary>Our own environment, less what would lead calls astray, plus where .NET is: it need not be installed system-wide.</summary>
    private static Dictionary<string, string> Inherited()
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
        foreach (var name in AppEnvironment.ProxyVariables) environment.Remove(name);
        if (ProgramLocator.DotnetRoot is { } root) environment.TryAdd("DOTNET_ROOT", root);
        return environment;
    }
}
