namespace Mesh.Cluster.Registry;

/// <summary>What a registry entry is about.</summary>
internal enum RegistrySort
{
    Agent,
    Workload,
    Proxy,
    Object,
}

/// <summary>The keys of a registry's origin log, <c>SORT|NODE|NAME</c>: everything of one agent is found by its node.</summary>
internal readonly record struct RegistryKey(RegistrySort Sort, string Node, string Name)
{
    public static bool TryParse(string text, out RegistryKey key)
    {
        key = default;
        var parts = text.Split('|', 3);
        if (parts.Length != 3) return false;
        RegistrySort? sort = parts[0] switch
        {
            "a" => RegistrySort.Agent,
            "w" => RegistrySort.Workload,
            "p" => RegistrySort.Proxy,
            "o" => RegistrySort.Object,
            _ => null,
        };
        if (sort is null) return false;
        key = new RegistryKey(sort.Value, parts[1], parts[2]);
        return true;
    }

    public override string ToString() => $"{Letter}|{Node}|{Name}";

    private char Letter => Sort switch
    {
        RegistrySort.Agent => 'a',
        RegistrySort.Workload => 'w',
        RegistrySort.Proxy => 'p',
        _ => 'o',
    };
}
