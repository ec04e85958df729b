using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mesh.Core.Identity;
using Mesh.Core.Snapshots;
using Mesh.Sidecar.Hosting;
using Mesh.TestKit.Echo;

namespace Mesh.Traffic.Tests.Harness;

/// <summary>One workload of the mesh under test: what is registered of it, its application and its sidecar, where it has them.</summary>
internal sealed class MeshWorkload(string ns, string name, string role, IPAddress address, string locality, string labels, string? workloadName = null) : IAsyncDisposable
{
    private const string Token = "secret";

    private readonly Dictionary<string, string> _labels = labels.Split(',').Select(l => l.Split('=')).ToDictionary(l => l[0], l => l[1], StringComparer.Ordinal);

    public string Name => name;
    public string Id => $"{ns}/{name}";
    public bool HasProxy => role != "none";
    public IPAddress Address => address;

    /// <summary>Addresses that its applications dial in place of a service, <c>NAMESPACE/NAME</c>.</summary>
    public Dictionary<string, IPAddress> Aliases { get; } = [];

    public EchoApp? App { get; set; }
    public SidecarProcess? Proxy { get; private set; }

    /// <summary>Target ports to those of the application.</summary>
    private Dictionary<int, int> Ports => App is null ? [] : new() { [8080] = App.HttpPort, [9090] = App.Http2Port, [9000] = App.TcpPort };

    public string Registration() => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["namespace"] = ns, ["name"] = name, ["workloadName"] = name, ["serviceAccount"] = name, ["role"] = role, ["labels"] = _labels,
        ["address"] = address.ToString(), ["locality"] = locality,
        ["ports"] = Ports.ToDictionary(p => $"{p.Key}", p => p.Value),
        ["aliases"] = Aliases.ToDictionary(a => a.Key, a => a.Value.ToString()),
        ["tokenSha256"] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Token))),
    });

    /// <summary>As another node's agent would report one without a sidecar, in the state that a table writes.</summary>
    public Workload ToRemote(string state = "") => new()
    {
        Id = new WorkloadId(ns, name), WorkloadName = workloadName ?? name, ServiceAccount = name, Address = address.ToString(), Node = "node-2", Locality = locality,
        Labels = _labels.ToImmutableSortedDictionary(StringComparer.Ordinal), Ports = (state == "dead" ? Ports.ToDictionary(p => p.Key, _ => 7) : Ports).ToImmutableSortedDictionary(), Weight = state.StartsWith("weight ", StringComparison.Ordinal) ? int.Parse(state[7..], System.Globalization.CultureInfo.InvariantCulture) : 1,
        Health = state switch { "unhealthy" => WorkloadHealth.Unhealthy, "draining" => WorkloadHealth.Draining, _ => WorkloadHealth.Healthy },
    };

    public async Task StartProxyAsync(string socket, string directory)
    {
        var token = Path.Combine(directory, "token");
        await File.WriteAllTextAsync(token, Token);
        var options = new SidecarOptions
        {
            Role = role, Namespace = ns, Name = name, WorkloadName = name, ServiceAccount = name, Labels = _labels, ProxyAddress = address.ToString(),
            AgentSocket = socket, TokenFile = token, CredentialsDirectory = Path.Combine(directory, "credentials"), DrainSeconds = 0, Concurrency = name == "client" ? 2 : 1, LogLevel = "warning",
        };
        Assert.Empty(options.Validate());
        Proxy = new SidecarProcess(options, new StderrLogging(TextWriter.Null, TimeProvider.System), TimeProvider.System);
        await Proxy.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (Proxy is not null)
        {
            await Proxy.StopAsync();
            await Proxy.DisposeAsync();
        }

        if (App is not null) await App.DisposeAsync();
    }
}
