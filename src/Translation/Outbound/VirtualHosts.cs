using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Translation.Clusters;

namespace Mesh.Translation.Outbound;

/// <summary>Builds the virtual hosts of one route configuration, where no domain may stand twice: the first to claim it has it.</summary>
internal sealed class VirtualHosts
{
    private readonly HashSet<string> _claimed = new(StringComparer.Ordinal);

    public List<VirtualHost> All { get; } = [];

    /// <summary>False, and nothing added, when every domain is taken. With <paramref name="redirects"/> requests without TLS are sent to https.</summary>
    public bool TryAdd(string name, IEnumerable<string> domains, IEnumerable<Route> routes, bool redirects = false)
    {
        var free = domains.Where(_claimed.Add).ToList();
        if (free.Count == 0) return false;
        var host = new VirtualHost { Name = name, IncludeRequestAttemptCount = true };
        if (redirects) host.RequireTls = VirtualHost.Types.TlsRequirementType.All;
        host.Domains.AddRange(free);
        host.Routes.AddRange(routes);
        All.Add(host);
        return true;
    }

    /// <summary>Requests for every other host go where their Host says, or all through one service; without a time limit, as in Istio.</summary>
    public void AddPassthrough(string name, string cluster = ClusterNames.Passthrough) => TryAdd(name, ["*"],
    [
        new Route
        {
            Name = name, Match = new RouteMatch { Prefix = "/" },
            Route_ = new RouteAction { Cluster = cluster, Timeout = new Duration(), MaxGrpcTimeout = new Duration() },
        },
    ]);

    /// <summary>Requests for every other host find no route, which is a 404 with the flag for it (Istio).</summary>
    public void AddNowhere(string name) => TryAdd(name, ["*"], []);

    /// <summary>What requests for every other host get; nothing when <c>*</c> is taken.</summary>
    public void AddAnswer(string name, uint status) => TryAdd(name, ["*"],
    [
        new Route { Name = name, Match = new RouteMatch { Prefix = "/" }, DirectResponse = new DirectResponseAction { Status = status } },
    ]);
}
