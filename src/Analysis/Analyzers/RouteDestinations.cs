using Mesh.Core.Resources.Networking;

namespace Mesh.Analysis.Analyzers;

/// <summary>Where the rules of a VirtualService send requests and copies of them.</summary>
internal static class RouteDestinations
{
    /// <summary>A destination and its place, <c>spec.http[0].route[1].destination</c>.</summary>
    public readonly record struct Found(Destination Destination, string Path, bool IsMirror);

    public static IEnumerable<Found> Of(VirtualService spec)
    {
        for (var i = 0; i < spec.Tcp.Length; i++)
            foreach (var found in Of(spec.Tcp[i].Route, $"spec.tcp[{i}]")) yield return found;
        for (var i = 0; i < spec.Tls.Length; i++)
            foreach (var found in Of(spec.Tls[i].Route, $"spec.tls[{i}]")) yield return found;
        for (var i = 0; i < spec.Http.Length; i++)
            foreach (var found in Of(spec.Http[i], $"spec.http[{i}]")) yield return found;
    }

    private static IEnumerable<Found> Of(IReadOnlyList<RouteDestination> routes, string path)
    {
        for (var i = 0; i < routes.Count; i++)
            if (routes[i].Destination is { } destination) yield return new Found(destination, $"{path}.route[{i}].destination", false);
    }

    private static IEnumerable<Found> Of(HttpRoute route, string path)
    {
        for (var i = 0; i < route.Route.Length; i++)
            if (route.Route[i].Destination is { } destination) yield return new Found(destination, $"{path}.route[{i}].destination", false);
        if (route.Mirror is { } mirror) yield return new Found(mirror, $"{path}.mirror", true);
        for (var i = 0; i < route.Mirrors.Length; i++)
            if (route.Mirrors[i].Destination is { } destination) yield return new Found(destination, $"{path}.mirrors[{i}].destination", true);
    }
}
