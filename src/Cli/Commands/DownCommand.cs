using System.CommandLine;
using Mesh.Cli.Local.State;
using Mesh.Cli.Local.Supervision;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands;

/// <summary><c>meshctl down</c>: stops a mesh as Ctrl-C does, from elsewhere. Its state stays.</summary>
internal static class DownCommand
{
    /// <summary>Three tiers with their grace, and something over.</summary>
    private static readonly TimeSpan Patience = (Supervisor.Grace * 3) + TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    public static Command Create(Terminal terminal, TimeProvider time)
    {
        var command = new Command("down", "Stop a mesh that `up` started; its state stays and `up` resumes it.");
        command.SetAction(async (parsed, cancel) =>
        {
            var state = parsed.FindState();
            if (StateLock.RunningOwner(state) is not { } supervisor) throw new CliException($"no mesh is running in {state.Root}");
            _ = Posix.Kill(supervisor, Posix.SigTerm);
            if (!await WaitUntilGoneAsync(state, time, cancel))
            {
                _ = Posix.Kill(supervisor, Posix.SigKill); // its guard then ends the processes it had started
                if (!await WaitUntilGoneAsync(state, time, cancel)) throw new CliException($"process {supervisor} cannot be stopped");
            }
            terminal.Out.WriteLine($"stopped; resume with `meshctl up` and the same files and state directory ({state.Root})");
            return ExitCodes.Ok;
        });
        HelpWithExamples.Add(command, "meshctl down\nmeshctl down --state-dir /tmp/mesh1");
        return command;
    }

    private static async Task<bool> WaitUntilGoneAsync(StateDirectory state, TimeProvider time, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (StateLock.RunningOwner(state) is not null)
        {
            if (time.GetElapsedTime(started) > Patience) return false;
            await Task.Delay(Interval, time, cancel);
        }
        return true;
    }
}
