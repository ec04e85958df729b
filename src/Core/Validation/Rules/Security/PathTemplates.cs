namespace Mesh.Core.Validation.Rules.Security;

/// <summary>Paths with <c>{*}</c> and <c>{**}</c>, as Envoy's URI templates take them.</summary>
internal static class PathTemplates
{
    private const string One = "{*}";
    private const string Any = "{**}";

    /// <summary>Envoy's own bound.</summary>
    private const int MaxOperators = 5;

    public static bool IsTemplate(string path) => path.Contains(One, StringComparison.Ordinal) || path.Contains(Any, StringComparison.Ordinal);

    /// <summary>Why a template is not one; null when it is.</summary>
    public static string? Problem(string path)
    {
        if (path[0] != '/') return "it must start with \"/\"";
        var operators = 0;
        var any = false;
        foreach (var segment in path[1..].Split('/'))
        {
            if (segment is One or Any)
            {
                if (any) return segment == Any ? "{**} may stand only once" : "{*} may not stand after {**}";
                any = segment == Any;
                if (++operators > MaxOperators) return $"it has more than {MaxOperators} operators";
            }
            else if (segment.AsSpan().IndexOfAny("*{}") >= 0)
            {
                return $"{Names.Quote(segment)} is neither {{*}}, {{**}} nor plain";
            }
        }

        return null;
    }
}
