using System.Text.Json;
using Mesh.Cli.Local.State;

namespace Mesh.Cli.Client;

/// <summary>What a client needs to reach a mesh: its API addresses, the root to pin, and a token. The content of <c>context.json</c>.</summary>
internal sealed record MeshContext(
    string Name, IReadOnlyList<string> ApiUrls, string RootCertificate, string TokenFile, string StateDirectory, IReadOnlyList<GatewayEntry> Gateways)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static MeshContext Read(StateDirectory state)
    {
        if (!File.Exists(state.Context)) throw new CliException($"no mesh in {state.Root}. Start one with `meshctl up -f FILE`, or name another with --state-dir or --context.");
        try
        {
            return JsonSerializer.Deserialize<MeshContext>(File.ReadAllText(state.Context), Json)
                ?? throw new CliException($"{state.Context} is empty");
        }
        catch (JsonException e)
        {
            throw new CliException($"{state.Context}: {e.Message}");
        }
    }

    public void Write(StateDirectory state) => PrivateFile.Write(state.Context, JsonSerializer.Serialize(this, Json) + "\n");
}

/// <summary>A gateway and the address its listeners bind.</summary>
internal sealed record GatewayEntry(string Id, string Address);
