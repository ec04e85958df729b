using System.CommandLine;
using System.Runtime.Versioning;
using Mesh.Bench.Commands;

[assembly: SupportedOSPlatform("linux")]

var root = new RootCommand("Measures Mesh against named peers on one machine; see bench/README.md for what the figures mean")
{
    LoadCommand.Create(),
    PropagationCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
