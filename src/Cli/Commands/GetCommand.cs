using System.CommandLine;
using Mesh.Cli.Output;
using Mesh.Core.Kinds;

namespace Mesh.Cli.Commands;

/// <summary><c>meshctl get</c>.</summary>
internal static class GetCommand
{
    public static Command Create(Terminal terminal, TimeProvider time)
    {
        var kind = KindNames.Argument();
        kind.Arity = ArgumentArity.ExactlyOne;
        var name = new Argument<string?>("NAME") { Description = "Name of one object", Arity = ArgumentArity.ZeroOrOne };
        var space = CommonOptions.Namespace("Namespace to look in");
        var all = new Option<bool>("--all-namespaces", "-A") { Description = "Look in all namespaces" };
        var output = CommonOptions.Output("table", "wide", "json", "yaml", "name");
        var command = new Command("get", "Show objects.") { kind, name, space, all, output };
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) && result.GetValue(name) is not null) result.AddError("--all-namespaces lists objects; leave NAME out, or give the namespace with -n");
        });
        command.SetAction(async (parsed, cancel) =>
        {
            using var api = parsed.Connect(time);
            var which = parsed.GetValue(kind)!;
            var answer = await api.GetAsync(PathOf(which, parsed.GetValue(name), parsed.GetValue(space)!, parsed.GetValue(all)), cancel);
            terminal.Out.Write(ObjectOutput.Render(which, answer, parsed.GetValue(output)!, parsed.GetValue(all), time));
            return ExitCodes.Ok;
        });
        HelpWithExamples.Add(command, "meshctl get virtualservices\nmeshctl get vs reviews -o yaml\nmeshctl get destinationrule -A -o wide");
        return command;
    }

    internal static string PathOf(KindInfo kind, string? name, string space, bool all)
    {
        var group = kind.Group.Length == 0 ? "/api/v1" : $"/apis/{kind.ApiVersion}";
        var scope = kind.Namespaced && !all ? $"/namespaces/{Uri.EscapeDataString(space)}" : "";
        return $"{group}{scope}/{kind.Plural}{(name is null ? "" : "/" + Uri.EscapeDataString(name))}";
    }
}
