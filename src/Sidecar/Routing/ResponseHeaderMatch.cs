namespace Mesh.Sidecar.Routing;

/// <summary>A condition on a response's header; without a pattern, that it is there.</summary>
internal sealed record ResponseHeaderMatch(string Name, StringMatch? Pattern, bool Inverted)
{
    public bool IsMatch(HttpResponseMessage response)
    {
        var found = response.Headers.NonValidated.TryGetValues(Name, out var values) || response.Content.Headers.NonValidated.TryGetValues(Name, out values);
        return (found && (Pattern is null || Pattern.IsMatch(values.ToString()))) != Inverted;
    }
}
