using Envoy.Type.Matcher.V3;

namespace Mesh.Translation.Authorization;

/// <summary>Matches of the verified token's payload, which the JWT filter leaves in the request's metadata.</summary>
internal static class ClaimMatchers
{
    public const string Filter = "envoy.filters.http.jwt_authn";

    /// <summary>Where in the filter's metadata the payload is.</summary>
    public const string Payload = "payload";

    /// <summary>A claim that is this text, or a list with such an element (Istio); null: that it is there.</summary>
    public static MetadataMatcher Claim(IEnumerable<string> path, StringMatcher? value, bool invert = false)
    {
        var result = new MetadataMatcher { Filter = Filter, Value = value is null ? new ValueMatcher { PresentMatch = true } : Either(value), Invert = invert };
        foreach (var key in path.Prepend(Payload)) result.Path.Add(new MetadataMatcher.Types.PathSegment { Key = key });
        return result;
    }

    private static ValueMatcher Either(StringMatcher value) => new()
    {
        OrMatch = new OrMatcher
        {
            ValueMatchers =
            {
                new ValueMatcher { StringMatch = value },
                new ValueMatcher { ListMatch = new ListMatcher { OneOf = new ValueMatcher { StringMatch = value } } },
            },
        },
    };
}
