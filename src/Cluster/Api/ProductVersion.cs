using System.Reflection;

namespace Mesh.Cluster.Api;

internal static class ProductVersion
{
    /// <summary>The version users know, without the build's commit.</summary>
    public static string Text { get; } = typeof(ProductVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
