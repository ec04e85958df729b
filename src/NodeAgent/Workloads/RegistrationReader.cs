using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Mesh.Core.Identity;
using Mesh.Translation;

namespace Mesh.NodeAgent.Workloads;

/// <summary>Parses one registration. Every message names the field it is about.</summary>
internal sealed class RegistrationReader
{
    private const int Sha256Bytes = 32;

    private static readonly string[] Known =
    [
        "namespace", "name", "workloadName", "serviceAccount", "labels", "role", "address", "proxyAddress", "ports", "appAddress", "aliases",
        "tokenSha256", "locality",
    ];

    private readonly List<string> _errors = [];

    /// <summary>The registration in <paramref name="json"/>; null, with every error, when something is wrong.</summary>
    public static Registration? Read(ReadOnlyMemory<byte> json, out IReadOnlyList<string> errors)
    {
        var reader = new RegistrationReader();
        errors = reader._errors;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            var registration = reader.Read(document.RootElement);
            return reader._errors.Count == 0 ? registration : null;
        }
        catch (JsonException e)
        {
            reader._errors.Add($"not valid JSON: {e.Message}");
            return null;
        }
    }

    private Registration? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            _errors.Add("must be a JSON object");
            return null;
        }

        foreach (var property in root.EnumerateObject())
            if (!Known.Contains(property.Name)) _errors.Add($"{property.Name}: unknown field");
        var role = Role(root);
        var address = Address(root, "address", required: role != RegistrationRole.None) ?? "";
        var name = Name(root, "name");
        return new Registration
        {
            Id = new WorkloadId(Name(root, "namespace"), name),
            WorkloadName = Text(root, "workloadName") ?? name,
            ServiceAccount = Text(root, "serviceAccount") ?? "default",
            Role = role,
            Address = address,
            ProxyAddress = Address(root, "proxyAddress", required: false) ?? address,
            AppAddress = Address(root, "appAddress", required: false) ?? "127.0.0.1",
            Labels = Map(root, "labels").ToImmutableSortedDictionary(p => p.Name, p => String($"labels.{p.Name}", p.Value), StringComparer.Ordinal),
            Ports = Map(root, "ports").Select(Port).OfType<KeyValuePair<int, int>>().ToImmutableSortedDictionary(),
            Aliases = Map(root, "aliases").Select(Alias).OfType<KeyValuePair<ServiceName, string>>().ToImmutableSortedDictionary(),
            TokenSha256 = Token(root),
            Locality = Text(root, "locality") ?? "",
        };
    }

    private RegistrationRole Role(JsonElement root)
    {
        switch (Text(root, "role"))
        {
            case null or "sidecar": return RegistrationRole.Sidecar;
            case "gateway": return RegistrationRole.Gateway;
            case "none": return RegistrationRole.None;
            case var other:
                _errors.Add($"role: '{other}' is none of sidecar, gateway, none");
                return RegistrationRole.None;
        }
    }

    // Names become resource names (NAMESPACE/NAME), xDS node ids (NAME.NAMESPACE) and file names.
    private string Name(JsonElement root, string field)
    {
        var text = Text(root, field) ?? "";
        var valid = text.Length is > 0 and <= 253 && char.IsAsciiLetterOrDigit(text[0])
            && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-' || (c == '.' && field == "name"));
        if (!valid) _errors.Add($"{field}: required, lower-case letters, digits and '-'");
        return text;
    }

    private string? Text(JsonElement root, string field) =>
        root.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? String(field, value) : null;

    private string String(string field, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) return value.GetString()!;
        _errors.Add($"{field}: must be a string");
        return "";
    }

    private string? Address(JsonElement root, string field, bool required)
    {
        var text = Text(root, field);
        if (string.IsNullOrEmpty(text))
        {
            if (required) _errors.Add($"{field}: required, an IP address");
            return null;
        }

        if (!IPAddress.TryParse(text, out _)) _errors.Add($"{field}: '{text}' is not an IP address");
        return text;
    }

    private IEnumerable<JsonProperty> Map(JsonElement root, string field)
    {
        if (!root.TryGetProperty(field, out var map) || map.ValueKind == JsonValueKind.Null) return [];
        if (map.ValueKind == JsonValueKind.Object) return map.EnumerateObject();
        _errors.Add($"{field}: must be an object");
        return [];
    }

    private KeyValuePair<int, int>? Port(JsonProperty entry)
    {
        if (ushort.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var target) && target > 0
            && entry.Value.ValueKind == JsonValueKind.Number && entry.Value.TryGetUInt16(out var listening) && listening > 0)
            return new(target, listening);
        _errors.Add($"ports.{entry.Name}: must be a target port and the port that listens");
        return null;
    }

    private KeyValuePair<ServiceName, string>? Alias(JsonProperty entry)
    {
        if (ServiceName.TryParse(entry.Name, out var service) && entry.Value.ValueKind == JsonValueKind.String && IPAddress.TryParse(entry.Value.GetString(), out _))
            return new(service, entry.Value.GetString()!);
        _errors.Add($"aliases.{entry.Name}: must be NAMESPACE/SERVICE and an IP address");
        return null;
    }

    private ImmutableArray<byte> Token(JsonElement root)
    {
        if (Text(root, "tokenSha256") is not { Length: > 0 } hex) return [];
        if (hex.Length == 2 * Sha256Bytes && hex.All(char.IsAsciiHexDigit)) return [.. Convert.FromHexString(hex)];
        _errors.Add("tokenSha256: must be 64 hexadecimal digits");
        return [];
    }
}
