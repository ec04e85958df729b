using System.CommandLine;
using System.Runtime.Versioning;
using Mesh.Bench.Commands;

[assembly: SupportedOSPlatform("linux")]

var root = new RootCommand("Measures Mesh against named peers on one machine; see bench/README.md for what the figures mean")
{
    LoadCommand.Create(),
    StreamCommand.Create(),
    PropagationCommand.Create(),
    ChurnCommand.Create(),
};

// Ctrl-C ends the mesh and the peers before this process: that may take as long as their own grace periods.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) };
return await root.Parse(args).InvokeAsync(invocation);
