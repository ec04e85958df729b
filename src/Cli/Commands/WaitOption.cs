using System.CommandLine;
using System.Globalization;
using Mesh.Cli.Client;

namespace Mesh.Cli.Commands;

/// <summary><c>--wait[=TIMEOUT]</c>, and what it does: wait until every proxy that is concerned acknowledged a revision.</summary>
internal static class WaitOption
{
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    public static Option<TimeSpan?> Create() => new("--wait")
    {
        Description = "Return when every proxy concerned has acknowledged the change (30s unless given)", HelpName = "TIMEOUT",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result =>
        {
            if (result.Tokens.Count == 0) return Default;
            if (TryParse(result.Tokens[0].Value, out var duration)) return duration;
            result.AddError($"--wait: '{result.Tokens[0].Value}' is not a duration; write 30s, 2m or 500ms");
            return null;
        },
    };

    /// <summary>Go's notation with one unit: <c>500ms</c>, <c>30s</c>, <c>2m</c>; a bare number is seconds.</summary>
    internal static bool TryParse(string text, out TimeSpan duration)
    {
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        duration = default;
        if (!double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) return false;
        double? seconds = text[digits..] switch { "ms" => value / 1000, "s" or "" => value, "m" => value * 60, "h" => value * 3600, _ => null };
        if (seconds is null or <= 0 or > 86400) return false;
        duration = TimeSpan.FromSeconds(seconds.Value);
        return true;
    }

    public static async Task<WaitAnswer> WaitAsync(MeshApi api, ApplyAnswer applied, TimeSpan timeout, CancellationToken cancel)
    {
        string[] keys = [.. applied.Results.Where(r => r.IsInForce && r.Key is not null).Select(r => r.Key!)];
        return await api.WaitAsync(applied.Revision, keys, timeout, cancel);
    }

    /// <summary>Why a wait failed, a line each; none when every proxy has acknowledged.</summary>
    public static IEnumerable<string> Problems(WaitAnswer wait)
    {
        foreach (var rejection in wait.Rejections ?? []) yield return $"proxy {rejection.Proxy} refused {rejection.Object}: {rejection.Reason}";
        foreach (var same in (wait.Waiting ?? []).GroupBy(w => (w.Object, w.Reason)))
            yield return $"{ChangeReport.NameOf(same.Key.Object)} waits on {same.Count()} of {wait.Concerned} proxies: {same.Key.Reason}";
        if (!wait.Complete && wait.Pending is { Count: > 0 } pending)
            yield return $"not acknowledged in time by {string.Join(", ", pending.Select(p => wait.Detached?.Contains(p) == true ? $"{p} (not connected)" : p))}";
        else if (!wait.Complete && wait is not ({ Rejections.Count: > 0 } or { Waiting.Count: > 0 })) yield return "not acknowledged in time";
    }
}
