using System.Net;
using Mesh.Core.Identity;

namespace Mesh.Cluster.Settings;

/// <summary>Everything that can be judged about the options before anything starts.</summary>
internal static class ClusterOptionsValidator
{
    public static IEnumerable<string> Validate(ClusterOptions options)
    {
        if (!SpiffeId.TryParse($"spiffe://{options.TrustDomain}/cp/{options.Name}", out _) || options.Name.Contains('/'))
            yield return $"name '{options.Name}' and trustDomain '{options.TrustDomain}' do not form a SPIFFE ID";
        if (!IPAddress.TryParse(options.Address, out _)) yield return $"address '{options.Address}' is not an IP address";
        foreach (var (name, port) in options.Ports.All)
            if (port is < 0 or > 65535) yield return $"ports.{name} {port} is out of range";
        var duplicates = options.Ports.All.Where(p => p.Port != 0).GroupBy(p => p.Port).Where(g => g.Count() > 1);
        foreach (var group in duplicates)
            yield return $"port {group.Key} is given to {string.Join(" and ", group.Select(p => p.Name))}";
        foreach (var error in ValidateBootstrap(options.Bootstrap)) yield return error;
        if (options.Database.Provider != "sqlite")
            yield return $"database.provider '{options.Database.Provider}' is not supported; sqlite is";
        if (options.Database.ConnectionString.Length == 0) yield return "database.connectionString is missing";
        if (options.Webhooks.Port is < 0 or > 65535) yield return $"webhooks.port {options.Webhooks.Port} is out of range";
        if (options.Webhooks.AreServed && options.Ports.All.Any(p => p.Port != 0 && p.Port == options.Webhooks.Port))
            yield return $"port {options.Webhooks.Port} is given to webhooks and to another";
        if (options.Webhooks.Certificate.Length > 0 != options.Webhooks.Key.Length > 0) yield return "webhooks.certificate and webhooks.key must be given together";
        foreach (var file in (string[])[options.Webhooks.Certificate, options.Webhooks.Key])
            if (file.Length > 0 && !File.Exists(file)) yield return $"webhooks: {file} does not exist";
        if (options.LeafHours is < 0.01 or > 24 * 30) yield return "leafHours must be between 0.01 and 720";
        foreach (var (name, file) in Files(options))
        {
            if (file.Length == 0) yield return $"{name} is missing";
            else if (!File.Exists(file)) yield return $"{name}: {file} does not exist";
        }
    }

    private static IEnumerable<string> ValidateBootstrap(BootstrapOptions bootstrap)
    {
        if (bootstrap.ContactPoints.Count == 0) yield return "bootstrap.contactPoints is empty";
        foreach (var point in bootstrap.ContactPoints)
            if (!IPEndPoint.TryParse(point, out var endpoint) || endpoint.Port == 0)
                yield return $"bootstrap.contactPoints: '{point}' is not IP:PORT";
        if (bootstrap.RequiredContactPoints < 1 || bootstrap.RequiredContactPoints > Math.Max(1, bootstrap.ContactPoints.Count))
            yield return $"bootstrap.requiredContactPoints {bootstrap.RequiredContactPoints} is not between 1 and the number of contactPoints";
        if (bootstrap.StableMarginSeconds is < 0 or > 600) yield return "bootstrap.stableMarginSeconds must be between 0 and 600";
        if (bootstrap.ProbeIntervalSeconds is < 0.05 or > 60) yield return "bootstrap.probeIntervalSeconds must be between 0.05 and 60";
    }

    private static IEnumerable<(string Name, string File)> Files(ClusterOptions options) =>
    [
        ("root.certificate", options.Root.Certificate), ("root.key", options.Root.Key),
        ("adminTokenFile", options.AdminTokenFile), ("joinTokensFile", options.JoinTokensFile),
    ];
}
