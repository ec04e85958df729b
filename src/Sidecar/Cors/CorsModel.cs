using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Cors;

/// <summary>A route's CORS policy, with what it leaves out taken from its virtual host's, as Envoy merges them. Immutable.</summary>
internal sealed record CorsModel
{
    public StringMatch[] Origins { get; init; } = [];

    /// <summary><c>*</c> repeats what the preflight asks for; empty sends none. So for <see cref="Headers"/>.</summary>
    public string Methods { get; init; } = "";
    public string Headers { get; init; } = "";
    public string Exposed { get; init; } = "";
    public string MaxAge { get; init; } = "";
    public bool Credentials { get; init; }
    public bool PrivateNetwork { get; init; }

    /// <summary>Whether preflights from other origins go on to the application.</summary>
    public bool ForwardsUnmatched { get; init; } = true;

    /// <summary>Of requests; null: all.</summary>
    public FractionMatch? Enabled { get; init; }

    public bool Allows(string origin)
    {
        foreach (var match in Origins)
            if (match.IsMatch("*") || match.IsMatch(origin)) return true;
        return false;
    }
}
