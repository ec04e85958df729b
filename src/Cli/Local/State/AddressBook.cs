using System.Text.Json;

namespace Mesh.Cli.Local.State;

/// <summary>
/// Which loopback address stands for what, kept from one start to the next. Only the host part is kept, so that the same book serves
/// in another range. Names in use keep their address; those of names gone are given out again. Not thread-safe.
/// </summary>
internal sealed class AddressBook
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Dictionary<string, int> _known;
    private readonly Dictionary<string, int> _used = new(StringComparer.Ordinal);
    private readonly HashSet<int> _reserved;

    public AddressBook(int range, IReadOnlyDictionary<string, int>? known = null)
    {
        Range = range;
        _known = new Dictionary<string, int>(known ?? new Dictionary<string, int>(), StringComparer.Ordinal);
        _reserved = [.. _known.Values];
    }

    public int Range { get; }

    /// <summary>The range the book was last used with, and its entries; null and empty for a new mesh.</summary>
    public static (int? Range, IReadOnlyDictionary<string, int> Known) Read(string path)
    {
        if (!File.Exists(path)) return (null, new Dictionary<string, int>());
        try
        {
            var file = JsonSerializer.Deserialize<BookFile>(File.ReadAllText(path), Json);
            return (file?.Range, file?.Hosts ?? []);
        }
        catch (JsonException e)
        {
            throw new CliException($"{path}: {e.Message} Remove the file to have addresses given out anew.");
        }
    }

    public void Write(string path) => PrivateFile.Write(path, JsonSerializer.Serialize(new BookFile(Range, new SortedDictionary<string, int>(_used)), Json) + "\n");

    public string Replica(int ordinal) => Text(ordinal + 1);

    public string Agent => Text(100);

    public string Gateway(string name) => Text(Take($"gateway {name}", 200, 250));

    public string Workload(string name) => Text(Take($"workload {name}", (1 << 8) + 1, (128 << 8) - 1));

    public string Alias(string workload, string service) => Text(Take($"alias {workload} {service}", (128 << 8) + 1, (255 << 8) - 1));

    private int Take(string name, int first, int last)
    {
        if (!_known.TryGetValue(name, out var host))
        {
            host = first;
            while (_reserved.Contains(host) || host % 256 is 0 or 255) host++;
            if (host > last) throw new CliException($"no loopback address is left for {name}");
            _reserved.Add(host);
        }
        _used[name] = host;
        return host;
    }

    private string Text(int host) => $"127.{Range}.{host >> 8}.{host & 255}";

    private sealed record BookFile(int Range, SortedDictionary<string, int> Hosts);
}
