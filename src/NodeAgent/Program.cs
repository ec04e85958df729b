using Mesh.NodeAgent;
using Mesh.NodeAgent.Options;

if (args is not ["--config", var path])
{
    await Console.Error.WriteLineAsync("usage: mesh-agent --config FILE");
    return args is ["--help"] or ["-h"] ? 0 : 2;
}

if (!File.Exists(path))
{
    await Console.Error.WriteLineAsync($"mesh-agent: there is no file '{path}'");
    return 2;
}

if (AgentOptionsReader.Read(await File.ReadAllTextAsync(path), out var errors) is not { } options)
{
    foreach (var error in errors) await Console.Error.WriteLineAsync($"mesh-agent: {path}: {error}");
    return 2;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.AddAgentLogging();
await builder.BuildAgent(options).RunAsync();
return 0;
