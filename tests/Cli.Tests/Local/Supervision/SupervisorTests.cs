using Mesh.Cli.Local.Supervision;

namespace Mesh.Cli.Tests.Local.Supervision;

public sealed class SupervisorTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _reports = [];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Start_ProgramThatEnds_IsStartedAgain()
    {
        await using var supervisor = Supervisor();

        var process = supervisor.Start("a", ProcessTier.Workload, Shell("echo run; exit 3"));
        await Waiting.UntilAsync(() => Lines("a") >= 2, "two runs");

        Assert.Equal(3, process.LastExit?.Code);
        Assert.Contains(Reports(), r => r.StartsWith("a: exit code 3, starting it again in 1 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task HoldRestart_WhileHeld_KeepsAKilledProgramDown()
    {
        await using var supervisor = Supervisor();
        var process = supervisor.Start("a", ProcessTier.Workload, Shell("echo run; exec sleep 600"));
        await Waiting.UntilAsync(() => Lines("a") == 1 && process.Id is not null, "the first run");

        using (process.HoldRestart())
        {
            process.Kill();
            await Waiting.UntilAsync(() => process.Ends == 1, "the end");
            Assert.Null(process.Id);
            Assert.Equal(Posix.SigKill, process.LastExit?.Signal);
        }

        await Waiting.UntilAsync(() => Lines("a") == 2, "the second run");
    }

    [Fact]
    public async Task StopAsync_TreeOfProcesses_LeavesNone()
    {
        await using var supervisor = Supervisor();
        var process = supervisor.Start("a", ProcessTier.Workload, Shell("sleep 600 & echo $!; echo $$; wait"));
        await Waiting.UntilAsync(() => Lines("a") == 2, "both process ids");
        var ids = File.ReadAllLines(Log("a")).Select(int.Parse).ToArray();

        await supervisor.StopAsync(CancellationToken.None);

        Assert.Equal(ProcessPhase.Stopped, process.Phase);
        await Waiting.UntilAsync(() => !ids.Any(Exists), "both processes gone");
    }

    [Fact]
    public async Task StopAsync_ProgramThatIgnoresSigterm_IsKilledInAHurry()
    {
        await using var supervisor = Supervisor();
        var process = supervisor.Start("a", ProcessTier.Workload, Shell("trap '' TERM; echo run; while :; do sleep 600; done"));
        await Waiting.UntilAsync(() => Lines("a") == 1, "the run");

        await supervisor.StopAsync(new CancellationToken(canceled: true));

        Assert.Equal(Posix.SigKill, process.LastExit?.Signal);
    }

    [Fact]
    public async Task StopAsync_Tiers_EndInOrder()
    {
        await using var supervisor = Supervisor();
        var order = _directory.File("order", "");
        foreach (var tier in Enum.GetValues<ProcessTier>())
            supervisor.Start($"{tier}", tier, Shell($"trap 'echo {tier} >> {order}; exit 0' TERM; echo run; while :; do sleep 0.05; done", $"{tier}"));
        await Waiting.UntilAsync(() => Enum.GetNames<ProcessTier>().All(name => Lines(name) == 1), "all runs");

        await supervisor.StopAsync(CancellationToken.None);

        Assert.Equal(["Workload", "Agent", "Replica"], File.ReadAllLines(order));
    }

    [Fact]
    public async Task Start_ProgramThatDoesNotExist_IsReportedByName()
    {
        await using var supervisor = Supervisor();

        supervisor.Start("a", ProcessTier.Workload, Shell("") with { FileName = "/no/such/program" });

        await Waiting.UntilAsync(() => Reports().Any(r => r.Contains("a: cannot start /no/such/program", StringComparison.Ordinal)), "the report");
    }

    [Fact]
    public async Task Guard_WhenItsOwnerDies_KillsTheListedGroups()
    {
        var guard = OrphanGuard.Start(Log("guard"));
        var listed = ChildProcess.Start(Shell("exec sleep 600"));
        var removed = ChildProcess.Start(Shell("exec sleep 600"));
        guard.Add(listed.Id);
        guard.Add(removed.Id);
        guard.Remove(removed.Id);

        guard.Dispose(); // closes the pipe, as the kernel does for a process that is killed

        Assert.Equal(Posix.SigKill, (await listed.Exited.WaitAsync(TestContext.Current.CancellationToken)).Signal);
        Assert.True(removed.Signal(Posix.SigKill));
        await removed.Exited;
    }

    private Supervisor Supervisor() => new(_directory.Path, TimeProvider.System, text =>
    {
        lock (_reports) _reports.Add(text);
    });

    private string[] Reports()
    {
        lock (_reports) return [.. _reports];
    }

    private SpawnRequest Shell(string script, string name = "a")
    {
        var environment = new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin" };
        return new SpawnRequest("/bin/sh", ["-c", script], environment, _directory.Path, Log(name));
    }

    private string Log(string name) => Path.Combine(_directory.Path, name + ".log");

    private int Lines(string name) => File.Exists(Log(name)) ? File.ReadAllLines(Log(name)).Length : 0;

    private static bool Exists(int id) => Posix.Kill(id, 0) == 0;
}
