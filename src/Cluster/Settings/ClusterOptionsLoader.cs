using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mesh.Cluster.Settings;

/// <summary>Reads <c>--config FILE</c> and reports everything that is wrong with it at once.</summary>
internal static class ClusterOptionsLoader
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
    };

    public static ClusterOptions? Load(IReadOnlyList<string> arguments, List<string> errors)
    {
        if (arguments is not ["--config", var file])
        {
            errors.Add("usage: mesh-cluster --config FILE");
            return null;
        }
        try
        {
            var options = JsonSerializer.Deserialize<ClusterOptions>(File.ReadAllBytes(file), Json);
            if (options is null) errors.Add($"{file}: empty");
            else errors.AddRange(ClusterOptionsValidator.Validate(options).Select(error => $"{file}: {error}"));
            return options;
        }
        catch (JsonException e)
        {
            errors.Add($"{file}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(e.Message);
        }
        return null;
    }
}
