using System.CommandLine;
using System.Text.Json;
using Mesh.Cli.Client;
using Mesh.Cli.Local.State;

namespace Mesh.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static readonly Option<string?> StateDirectory = new("--state-dir")
    {
        Description = "State directory of the mesh", HelpName = "DIR", Recursive = true,
    };

    public static readonly Option<string?> Context = new("--context")
    {
        Description = "Name of the mesh, when several run", HelpName = "NAME", Recursive = true,
    };

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Option<string[]> Files(bool required, string description) => new("--filename", "-f")
    {
        Description = description, HelpName = "FILE|DIR|-", Required = required, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false,
    };

    public static Option<string> Output(params string[] formats)
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = $"Output format: {string.Join(", ", formats)}", HelpName = "FORMAT", DefaultValueFactory = _ => formats[0],
        };
        option.AcceptOnlyFromAmong(formats);
        return option;
    }

    public static Option<string> Namespace(string description) => new("--namespace", "-n")
    {
        Description = description, HelpName = "NS", DefaultValueFactory = _ => "default",
    };

    public static StateDirectory FindState(this ParseResult parsed) =>
        ContextFinder.Find(parsed.GetValue(StateDirectory), parsed.GetValue(Context));

    public static MeshApi Connect(this ParseResult parsed, TimeProvider time)
    {
        var state = parsed.FindState();
        var context = MeshContext.Read(state);
        if (Local.State.StateLock.RunningOwner(state) is null)
            throw new CliException($"the mesh {context.Name} in {state.Root} is not running. Start it with `meshctl up` and its files.");
        return new MeshApi(context, time);
    }
}
