using System.Globalization;

namespace Mesh.Bench.Kernel;

/// <summary>What the kernel accounts to one process, from /proc. Times have the kernel's clock tick (10 ms) as resolution.</summary>
internal readonly record struct ProcessStat(int Id, int Parent, TimeSpan Cpu, long ResidentBytes)
{
    /// <summary>USER_HZ is 100 on every architecture .NET runs on; the sysconf call would only confirm it.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>Null when there is no such process (any more).</summary>
    public static ProcessStat? TryRead(int id)
    {
        try
        {
            // "pid (comm) state ppid ... utime stime ...": comm may hold spaces and parentheses, so count from the last one.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = Number(fields[11]) + Number(fields[12]);
            return new ProcessStat(id, (int)Number(fields[1]), ticks * Tick, Resident(id));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The process and all below it, which is how nginx counts: a master and its workers.</summary>
    public static IReadOnlyList<ProcessStat> ReadTree(int root)
    {
        var all = AllIds().Select(TryRead).OfType<ProcessStat>().ToList();
        var tree = all.Where(p => p.Id == root).ToList();
        for (var i = 0; i < tree.Count; i++)
            tree.AddRange(all.Where(p => p.Parent == tree[i].Id));
        return tree;
    }

    public static IEnumerable<int> AllIds() =>
        Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => int.TryParse(n, out _))
            .Select(n => int.Parse(n!, CultureInfo.InvariantCulture));

    /// <summary>Empty when the process is gone or not ours to look at.</summary>
    public static string[] CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static long Resident(int id)
    {
        var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return line is null ? 0 : Number(line["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim()) * 1024;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
