using Mesh.Sidecar.Hosting;
using Mesh.Sidecar.Telemetry;

namespace Mesh.Sidecar.Admin;

/// <summary>What each port answers to which path.</summary>
internal sealed class AdminPages(
    SidecarOptions options, ConfigDump dump, PrometheusText metrics, StderrLogging logging, Func<bool> isReady, Action drain, Action quit)
{
    public AdminReply Answer(AdminRole role, string method, string path, string query) => (role, method, path) switch
    {
        (AdminRole.Readiness, "GET" or "HEAD", "/healthz/ready") => Ready(),
        (AdminRole.Metrics or AdminRole.Admin, "GET", "/stats/prometheus") => new(200, metrics.Write(), PrometheusText.ContentType),
        (AdminRole.Admin, "GET", "/ready") => Ready(),
        (AdminRole.Admin, "GET", "/config_dump") => new(200, dump.Config(), "application/json"),
        (AdminRole.Admin, "GET", "/clusters") => new(200, dump.Clusters(), "application/json"),
        (AdminRole.Admin, "GET", "/listeners") => new(200, dump.Listeners(), "application/json"),
        (AdminRole.Admin, "GET", "/certs") => new(200, dump.Certificates(), "application/json"),
        (AdminRole.Admin, "GET", "/server_info") => new(200, dump.ServerInfo(options, isReady()), "application/json"),
        (AdminRole.Admin, "GET" or "POST", "/logging") => Logging(query),
        (AdminRole.Admin, "POST", "/drain") => Do(drain),
        (AdminRole.Admin, "POST", "/quitquitquit") => Do(quit),
        (AdminRole.Admin, _, "/drain" or "/quitquitquit") => new(405, "POST only\n"),
        _ => new(404, "not found\n"),
    };

    private AdminReply Ready() => isReady() ? new(200, "LIVE\n") : new(503, "not ready\n");

    private AdminReply Logging(string query)
    {
        var level = query.StartsWith("?level=", StringComparison.Ordinal) ? query["?level=".Length..] : "";
        if (level.Length > 0)
        {
            if (!Enum.TryParse<LogLevel>(level, ignoreCase: true, out var parsed)) return new(400, $"'{Uri.UnescapeDataString(level)}' is not a level\n");
            logging.Level = parsed;
        }
        return new(200, $"level: {logging.Level.ToString().ToLowerInvariant()}\n");
    }

    private static AdminReply Do(Action action)
    {
        action();
        return new(200, "OK\n");
    }
}
