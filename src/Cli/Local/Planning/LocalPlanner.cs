using System.Collections.Immutable;
using System.Globalization;
using Mesh.Cli.Local.State;
using Mesh.Core.Resources.Mesh;

namespace Mesh.Cli.Local.Planning;

/// <summary>Turns a LocalMesh and the Services beside it into a <see cref="LocalPlan"/>. Starts nothing and reads no files.</summary>
internal sealed class LocalPlanner(
    StateDirectory state, AddressBook addresses, IReadOnlyList<ServicePlan> services, Func<int> freePort, Func<string, string> token)
{
    private const string DefaultNamespace = "default";
    private const string SystemNamespace = "mesh-system";
    private const string DefaultCredentials = "credentials";
    private const string AppAddress = "127.0.0.1";
    private const int DrainSeconds = 5;

    /// <param name="name">The LocalMesh's name.</param>
    /// <param name="mesh">Its spec.</param>
    /// <param name="directory">The directory of its file, which commands are relative to.</param>
    public LocalPlan Plan(string name, LocalMesh mesh, string directory)
    {
        var trustDomain = mesh.MeshConfig?.TrustDomain is { Length: > 0 } given ? given : "cluster.local";
        var count = mesh.ControlPlane?.Replicas ?? 1;
        var replicas = Enumerable.Range(0, count).Select(i => Replica(i, count, trustDomain)).ToArray();
        var gateways = mesh.Gateways.Select(gateway => Gateway(gateway, trustDomain, Path.GetFullPath(mesh.Credentials is { Length: > 0 } at ? at : DefaultCredentials, directory)));
        var workloads = mesh.Workloads.SelectMany(workload => Workload(workload, trustDomain, directory));
        ProxiedWorkload[] instances = [.. gateways, .. workloads];
        RefuseDuplicates(instances);
        return new LocalPlan(name, trustDomain, replicas, Agent(replicas, trustDomain), instances);
    }

    private ReplicaFile Replica(int ordinal, int count, string trustDomain) => new(
        $"cluster-{ordinal}", addresses.Replica(ordinal), trustDomain,
        new BootstrapSection([.. Enumerable.Range(0, count).Select(i => $"{addresses.Replica(i)}:8558")], (count / 2) + 1),
        new DatabaseSection("sqlite", $"Data Source={state.Database}"),
        new RootSection(state.RootCertificate, state.RootKey), state.AdminToken, state.JoinTokens);

    private AgentFile Agent(IEnumerable<ReplicaFile> replicas, string trustDomain) => new(
        "node-1", addresses.Agent, trustDomain, [.. replicas.Select(r => $"{r.Address}:15012")], state.RootCertificate,
        state.AgentJoinToken, state.AgentSocket, state.AgentWorkloads, state.AgentCache);

    private ProxiedWorkload Gateway(LocalGateway gateway, string trustDomain, string credentials)
    {
        var space = gateway.Namespace is { Length: > 0 } given ? given : SystemNamespace;
        var fileName = $"{space}.{gateway.Name}";
        // Admin and metrics ports are the same for every proxy, so they stay on an address of the mesh's own.
        var own = addresses.Gateway(fileName);
        var registration = new RegistrationFile(
            space, gateway.Name, gateway.Name, gateway.Name, gateway.Labels, "gateway", gateway.Address is { Length: > 0 } at ? at : own, own,
            ImmutableSortedDictionary<string, int>.Empty, AppAddress, ImmutableSortedDictionary<string, string>.Empty, MeshSecrets.Hash(token(fileName)), "");
        return new ProxiedWorkload(registration, Proxy(registration, trustDomain, credentials), null);
    }

    private IEnumerable<ProxiedWorkload> Workload(LocalWorkload workload, string trustDomain, string directory)
    {
        var count = workload.Replicas ?? 1;
        if (count > 1 && workload.Ports.FirstOrDefault(p => p.Value != 0) is { Value: not 0 } port)
            throw new CliException($"workload {workload.Name}: {count} replicas cannot all listen on port {port.Value}. Write `{port.Key}: 0` to have a free port chosen for each.", ExitCodes.Usage);
        for (var i = 0; i < count; i++) yield return Instance(workload, i, trustDomain, directory);
    }

    private ProxiedWorkload Instance(LocalWorkload workload, int ordinal, string trustDomain, string directory)
    {
        var space = workload.Namespace is { Length: > 0 } given ? given : DefaultNamespace;
        var name = $"{workload.Name}-{ordinal}";
        var fileName = $"{space}.{name}";
        var hasSidecar = workload.Sidecar ?? true;
        var address = hasSidecar ? addresses.Workload(fileName) : AppAddress;
        var aliases = hasSidecar
            ? services.ToImmutableSortedDictionary(s => $"{s.Namespace}/{s.Name}", s => addresses.Alias(fileName, $"{s.Namespace}/{s.Name}"))
            : ImmutableSortedDictionary<string, string>.Empty;
        var registration = new RegistrationFile(
            space, name, workload.Name, workload.ServiceAccount is { Length: > 0 } account ? account : DefaultNamespace, workload.Labels,
            hasSidecar ? "sidecar" : "none", address, address,
            workload.Ports.ToImmutableSortedDictionary(p => p.Key.ToString(CultureInfo.InvariantCulture), p => p.Value != 0 ? p.Value : freePort()),
            AppAddress, aliases, hasSidecar ? MeshSecrets.Hash(token(fileName)) : "", "");
        return new ProxiedWorkload(registration, hasSidecar ? Proxy(registration, trustDomain) : null, App(workload, registration, directory));
    }

    private SidecarFile Proxy(RegistrationFile registration, string trustDomain, string credentials = "") => new(
        registration.Role, registration.Namespace, registration.Name, registration.WorkloadName, registration.ServiceAccount, registration.Labels,
        trustDomain, registration.ProxyAddress, state.AgentSocket, state.WorkloadToken($"{registration.Namespace}.{registration.Name}"), DrainSeconds, credentials);

    private AppPlan? App(LocalWorkload workload, RegistrationFile registration, string directory)
    {
        if (workload.Command is not [var program, .. var arguments]) return null;
        // A program with a slash is found from the file's directory, any other on PATH; as a shell would, standing beside the file.
        var file = program.Contains('/') ? Path.GetFullPath(program, directory) : program;
        return new AppPlan(file, arguments, Path.GetFullPath(workload.WorkingDirectory, directory), AppEnvironment.Build(registration, services, workload.Env));
    }

    private static void RefuseDuplicates(IEnumerable<ProxiedWorkload> instances)
    {
        var twice = instances.GroupBy(i => i.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw new CliException($"two workloads or gateways are called {twice.Key}", ExitCodes.Usage);
    }
}
