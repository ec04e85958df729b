using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands;

internal static class VersionCommand
{
    public static Command Create(Terminal terminal, TimeProvider time)
    {
        var output = CommonOptions.Output("table", "json");
        var client = new Option<bool>("--client") { Description = "Only meshctl's own version; asks no replica" };
        var command = new Command("version", "Show the versions of meshctl and of the mesh.") { client, output };
        command.SetAction(async (parsed, cancel) =>
        {
            var own = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
            var mesh = parsed.GetValue(client) ? null : await MeshVersionAsync(parsed, time, cancel);
            terminal.Out.WriteLine(parsed.GetValue(output) == "json"
                ? JsonSerializer.Serialize(new { client = own, mesh }, CommonOptions.Json)
                : $"meshctl {own}" + (mesh is null ? "" : $"\nmesh    {mesh}"));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<string?> MeshVersionAsync(ParseResult parsed, TimeProvider time, CancellationToken cancel)
    {
        using var api = parsed.Connect(time);
        return (await api.GetAsync("/version", cancel)).GetProperty("version").GetString();
    }
}
