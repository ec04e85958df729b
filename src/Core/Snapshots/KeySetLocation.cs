using Mesh.Core.Resources.Security;

namespace Mesh.Core.Snapshots;

/// <summary>Where the keys of a token issuer come from, and under what name a snapshot has them.</summary>
public static class KeySetLocation
{
    /// <summary>Before an issuer whose keys are found by OpenID discovery.</summary>
    public const string Discovery = "openid:";

    /// <summary>Null where the rule has the keys itself.</summary>
    public static string? Of(JwtRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (rule.Jwks.Length > 0) return null;
        return rule.JwksUri.Length > 0 ? rule.JwksUri : Discovery + rule.Issuer;
    }
}
