namespace Mesh.Core.Documents;

/// <summary>
/// YAML 1.1's merge key <c>&lt;&lt;</c>, which Kubernetes' tools expand: the entries of one or more other maps that the map does not have
/// itself; of two other maps the earlier counts.
/// </summary>
internal static class YamlMerge
{
    /// <summary>The maps a merge key names.</summary>
    public static IEnumerable<SourceMapping> Sources(SourceNode value, int line) => value switch
    {
        SourceMapping map => [map],
        SourceSequence list when list.Items.All(i => i is SourceMapping) => list.Items.Cast<SourceMapping>(),
        _ => throw new SourceException(line, $"a merge key (<<) takes a map or a list of maps, this is {value.Described}"),
    };

    public static void Into(List<SourceEntry> entries, HashSet<string> own, List<SourceMapping> sources)
    {
        foreach (var source in sources)
            foreach (var entry in source.Entries)
                if (own.Add(entry.Key)) entries.Add(entry);
    }
}
