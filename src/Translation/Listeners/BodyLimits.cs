using System.Globalization;
using Mesh.Core.Resources;

namespace Mesh.Translation.Listeners;

/// <summary>How long a request's body may be on a listener: as the objects that it is made of say, else as MeshConfig says.</summary>
internal static class BodyLimits
{
    /// <summary>On Services and Gateways: bytes, 0 for no limit; see docs/reference/traffic.md.</summary>
    public const string Annotation = "mesh.dev/max-request-bytes";

    /// <summary>The first that says something counts. Null: no limit.</summary>
    public static int? For(TranslationScope scope, IEnumerable<MeshObject> objects)
    {
        foreach (var source in objects)
        {
            if (!source.Metadata.Annotations.TryGetValue(Annotation, out var text)) continue;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most)) return most == 0 ? null : most;
            scope.Report(source.Key, $"metadata.annotations[{Annotation}]", $"'{text}' is no number of bytes from 0 to {int.MaxValue}; MeshConfig's maxRequestBytes holds.");
        }
        if (scope.Index.Settings is { MaxRequestBytes: not null, Source: { } settings }) scope.DependsOn(settings);
        return scope.Index.Settings.MaxRequestBytes;
    }
}
