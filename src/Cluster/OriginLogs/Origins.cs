namespace Mesh.Cluster.OriginLogs;

/// <summary>The names of the logs: <c>config</c>, and <c>registry/REPLICA</c> for each replica.</summary>
internal static class Origins
{
    public const string Config = "config";
    private const string RegistryPrefix = "registry/";

    public static string RegistryOf(string replica) => RegistryPrefix + replica;

    /// <summary>The replica a registry log belongs to; null for others.</summary>
    public static string? OwnerOf(string origin) =>
        origin.StartsWith(RegistryPrefix, StringComparison.Ordinal) ? origin[RegistryPrefix.Length..] : null;
}
