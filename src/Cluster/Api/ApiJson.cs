using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mesh.Cluster.Api;

/// <summary>How the API's own bodies are written and read.</summary>
internal static class ApiJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
