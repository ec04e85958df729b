namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>How much of something an object may hold, as Istio's CRDs say.</summary>
internal static class Limits
{
    public const int Hosts = 256;
    public const int Endpoints = 4096;
    public const int EndpointPorts = 128;
    public const int Labels = 256;
    public const int Text = 2048;

    public static void Check(int count, int limit, RuleContext at)
    {
        if (count > limit) at.Conflict($"{count} entries, at most {limit} are allowed", "Spread them over several objects.");
    }

    public static void CheckText(string text, int limit, RuleContext at)
    {
        if (text.Length > limit) at.Error($"longer than {limit} characters");
    }
}
