using System.Collections.Immutable;
using Mesh.Core.Resources.Networking;

namespace Mesh.Translation.Indexing;

/// <summary>Joins the matches of a delegating rule with those of a delegate's: the delegate may narrow what it is given, not widen it.</summary>
internal static class MatchMerge
{
    /// <summary>Null when a match of the delegate's narrows none of the root's.</summary>
    public static ImmutableArray<HttpMatchRequest>? Merge(ImmutableArray<HttpMatchRequest> root, ImmutableArray<HttpMatchRequest> own)
    {
        if (root.IsEmpty) return own;
        if (own.IsEmpty) return root;
        var merged = ImmutableArray.CreateBuilder<HttpMatchRequest>();
        foreach (var narrow in own)
        {
            var before = merged.Count;
            foreach (var wide in root)
                if (!Conflict(wide, narrow)) merged.Add(Merge(wide, narrow));
            if (merged.Count == before) return null;
        }
        return merged.ToImmutable();
    }

    private static HttpMatchRequest Merge(HttpMatchRequest root, HttpMatchRequest own) => own with
    {
        Name = own.Name.Length == 0 ? root.Name : root.Name.Length == 0 ? own.Name : $"{root.Name}-{own.Name}",
        Uri = own.Uri ?? root.Uri,
        Scheme = own.Scheme ?? root.Scheme,
        Method = own.Method ?? root.Method,
        Authority = own.Authority ?? root.Authority,
        Headers = root.Headers.SetItems(own.Headers),
        WithoutHeaders = root.WithoutHeaders.SetItems(own.WithoutHeaders),
        QueryParams = root.QueryParams.SetItems(own.QueryParams),
        Port = own.Port == 0 ? root.Port : own.Port,
        SourceLabels = root.SourceLabels.SetItems(own.SourceLabels),
        SourceNamespace = own.SourceNamespace.Length == 0 ? root.SourceNamespace : own.SourceNamespace,
        Gateways = own.Gateways.IsEmpty ? root.Gateways : own.Gateways,
        StatPrefix = own.StatPrefix.Length == 0 ? root.StatPrefix : own.StatPrefix,
    };

    private static bool Conflict(HttpMatchRequest root, HttpMatchRequest own) =>
        Conflict(root.Uri, own.Uri) || Conflict(root.Scheme, own.Scheme) || Conflict(root.Method, own.Method) || Conflict(root.Authority, own.Authority)
        || Conflict(root.Headers, own.Headers) || Conflict(root.WithoutHeaders, own.WithoutHeaders) || Conflict(root.QueryParams, own.QueryParams)
        || root.IgnoreUriCase != own.IgnoreUriCase
        || (root.Port > 0 && own.Port > 0 && root.Port != own.Port)
        // Unlike all others, a namespace that the root names the delegate must name too (Istio).
        || (root.SourceNamespace.Length > 0 && own.SourceNamespace != root.SourceNamespace)
        || own.SourceLabels.Any(l => root.SourceLabels.TryGetValue(l.Key, out var value) && value != l.Value)
        || (root.Gateways.Length > 0 && own.Gateways.Any(g => !root.Gateways.Contains(g)));

    private static bool Conflict(ImmutableSortedDictionary<string, StringMatch> root, ImmutableSortedDictionary<string, StringMatch> own) =>
        own.Any(m => Conflict(root.GetValueOrDefault(m.Key), m.Value));

    /// <summary>Regular expressions are never compared: where one side has one, the other must have nothing.</summary>
    private static bool Conflict(StringMatch? root, StringMatch? own) => (root, own) switch
    {
        (null, _) or (_, null) => false,
        ({ Regex.Length: > 0 }, _) or (_, { Regex.Length: > 0 }) => true,
        ({ Exact: { Length: > 0 } exact }, _) => own.Exact != exact,
        ({ Prefix: { Length: > 0 } prefix }, { Prefix: { Length: > 0 } narrower }) => !narrower.StartsWith(prefix, StringComparison.Ordinal),
        ({ Prefix: { Length: > 0 } prefix }, { Exact: { Length: > 0 } narrower }) => !narrower.StartsWith(prefix, StringComparison.Ordinal),
        _ => true,
    };
}
