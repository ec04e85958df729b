using System.Text.Json.Nodes;

namespace Mesh.Core.Conversion;

/// <summary>A record that has deprecated fields, while they are replaced.</summary>
internal sealed class DeprecatedRecord(JsonObject record, string path, List<ConversionRemark> remarks)
{
    public JsonNode? this[string field] => record[field];

    /// <summary>Takes a field out; null when it is not there.</summary>
    public JsonNode? Take(string field)
    {
        var value = record[field];
        record.Remove(field);
        return value;
    }

    public void Set(string field, JsonNode value) => record[field] = value;

    /// <summary>Moves a field's value to its successor, unless that says something already.</summary>
    public void Move(string from, string to, Func<JsonNode, JsonNode?> change)
    {
        if (Take(from) is not { } value) return;
        if (record.ContainsKey(to)) Lose(from, $"{to} is given too and stays");
        else if (change(value) is { } changed) Set(to, changed);
        else Lose(from, $"its value cannot be carried over to {to}");
    }

    public void Lose(string field, string why) => remarks.Add(new(true, $"{path}.{field}", why));

    public void Note(string field, string what) => remarks.Add(new(false, $"{path}.{field}", what));
}
