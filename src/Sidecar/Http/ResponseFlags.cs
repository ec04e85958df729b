using Mesh.Sidecar.Resilience;

namespace Mesh.Sidecar.Http;

/// <summary>Envoy's response flags of an exchange: that of its outcome, and what else befell it, in Envoy's order. All texts are made once.</summary>
internal static class ResponseFlags
{
    /// <summary>Flags that Envoy writes before DI; all others come after it.</summary>
    private static readonly string[] BeforeDelay = ["UH", "UT", "LR", "UR", "UF", "UC", "UO", "NR"];

    private static readonly string[] BeforeExhausted = [.. BeforeDelay, "DI", "FI", "RL", "UAEX", "RLSE", "DC"];

    private static readonly string[][] Texts = Build();

    public static string Of(ProxyRequest request) => Of(request.Outcome, request.IsDelayed, request.RetriesExhausted);

    public static string Of(ProxyOutcome outcome, bool delayed, bool exhausted) => Texts[(int)outcome][(delayed ? 1 : 0) + (exhausted ? 2 : 0)];

    private static string[][] Build() =>
    [
        .. Enum.GetValues<ProxyOutcome>().Select(o => ProxyOutcomes.Face(o).Flag).Select(f =>
            (string[])[Join(f, false, false), Join(f, true, false), Join(f, false, true), Join(f, true, true)]),
    ];

    private static string Join(string flag, bool delayed, bool exhausted)
    {
        var flags = new List<string>();
        if (flag != "-") flags.AddRange(flag.Split(','));
        if (delayed) flags.Insert(flags.Count(f => BeforeDelay.Contains(f)), "DI");
        if (exhausted && !flags.Contains("URX")) flags.Insert(flags.Count(f => BeforeExhausted.Contains(f)), "URX");
        return flags.Count == 0 ? "-" : string.Join(',', flags);
    }
}
