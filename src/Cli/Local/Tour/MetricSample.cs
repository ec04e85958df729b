using System.Globalization;

namespace Mesh.Cli.Local.Tour;

/// <summary>One line of Prometheus' text format: a name, labels, a value.</summary>
internal sealed record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    public string Label(string name) => Labels.GetValueOrDefault(name, "");

    public static IReadOnlyList<MetricSample> Parse(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => line[0] != '#').Select(ParseLine)];

    private static MetricSample ParseLine(string line)
    {
        var brace = line.IndexOf('{');
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var end = brace < 0 ? line.IndexOf(' ') : ParseLabels(line, brace + 1, labels);
        var value = line[end..].TrimStart().Split(' ')[0];
        return new MetricSample(brace < 0 ? line[..end] : line[..brace], labels, value == "+Inf" ? double.PositiveInfinity : double.Parse(value, CultureInfo.InvariantCulture));
    }

    /// <summary>The position after the closing brace. Values escape backslash, quote and newline.</summary>
    private static int ParseLabels(string line, int position, Dictionary<string, string> labels)
    {
        while (line[position] != '}')
        {
            var equals = line.IndexOf('=', position);
            var name = line[position..equals].Trim(',', ' ');
            var start = position = equals + 2;
            while (line[position] != '"') position += line[position] == '\\' ? 2 : 1;
            labels[name] = line[start..position].Replace("\\\"", "\"").Replace("\\n", "\n").Replace("\\\\", "\\");
            position++;
        }
        return position + 1;
    }
}
