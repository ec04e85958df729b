using System.Text;

namespace Mesh.Cli.Output;

/// <summary>Left-aligned columns three spaces apart, as kubectl prints them; an empty cell is a dash.</summary>
internal sealed class TextTable(params string[] headers)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(cell => cell.Length == 0 ? "-" : cell)]);

    public override string ToString()
    {
        string[][] all = [headers, .. _rows];
        var widths = Enumerable.Range(0, headers.Length).Select(column => all.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in all)
        {
            for (var column = 0; column < row.Length; column++)
                text.Append(column == row.Length - 1 ? row[column] : row[column].PadRight(widths[column] + 3));
            text.Append('\n');
        }
        return text.ToString();
    }
}
