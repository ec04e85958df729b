using Mesh.Sidecar.Resilience;

namespace Mesh.Sidecar.Routing;

/// <summary>A condition on a response's header; without a pattern, that it is there.</summary>
internal sealed record ResponseHeaderMatch(string Name, StringMatch? Pattern, bool Inverted)
{
    public bool IsMatch(IResponseFields response) => (response.TryGet(Name, out var value) && (Pattern is null || Pattern.IsMatch(value))) != Inverted;
}
