using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Core.Resources.Mesh;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.MeshSettings;

/// <summary>What the mesh's bounds of TLS must satisfy.</summary>
internal static class MeshTlsRules
{
    private static readonly FrozenSet<string> Suites = FrozenSet.ToFrozenSet(
    [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA",
        "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA", "AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA", "DES-CBC3-SHA",
    ]);

    private static readonly FrozenSet<string> Curves = FrozenSet.ToFrozenSet(["P-224", "P-256", "P-384", "P-521", "X25519", "X25519MLKEM768"]);

    public static void CheckMutual(MeshTlsConfig? tls, RuleContext context)
    {
        if (tls is null) return;
        if (!tls.EcdhCurves.IsEmpty) context.Field("ecdhCurves").Error("curves cannot be chosen for mutual TLS inside the mesh", "Remove them, or put them into tlsDefaults.");
        if (tls.MinProtocolVersion is TlsProtocol.Tls10 or TlsProtocol.Tls11) context.Field("minProtocolVersion").Error("must be TLS_AUTO, TLSV1_2 or TLSV1_3");
        CheckNames(tls.CipherSuites, Suites, "cipher suite", context.Field("cipherSuites"));
    }

    public static void CheckDefaults(MeshTlsConfig? tls, RuleContext context)
    {
        if (tls is null) return;
        if (tls.MinProtocolVersion is TlsProtocol.Tls10 or TlsProtocol.Tls11) context.Field("minProtocolVersion").Error("must be TLS_AUTO, TLSV1_2 or TLSV1_3");
        CheckNames(tls.EcdhCurves, Curves, "curve", context.Field("ecdhCurves"));
        CheckNames(tls.CipherSuites, Suites, "cipher suite", context.Field("cipherSuites"));
    }

    // Istio warns and drops them; so does this, in that order.
    private static void CheckNames(ImmutableArray<string> names, FrozenSet<string> known, string what, RuleContext context)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (!known.Contains(names[i])) context.Item(i).Warn($"unknown {what} {Names.Quote(names[i])}; it is not used");
            else if (names.AsSpan(0, i).Contains(names[i])) context.Item(i).Warn($"the {what} {names[i]} is given twice");
        }
    }
}
