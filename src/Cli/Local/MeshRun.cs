using Mesh.Cli.Client;
using Mesh.Cli.Local.Planning;
using Mesh.Cli.Local.Programs;
using Mesh.Cli.Local.State;
using Mesh.Cli.Local.Supervision;
using Mesh.Cli.Output;

namespace Mesh.Cli.Local;

/// <summary>
/// A mesh that this process runs: its plan, its processes, and a client. Disposing it stops everything, in order.
/// </summary>
internal sealed class MeshRun : IAsyncDisposable
{
    private readonly StateLock _lock;
    private readonly LoopbackRange _range;

    private MeshRun(MeshFiles files, StateDirectory state, StateLock @lock, LoopbackRange range, LocalPlan plan, Supervisor supervisor, MeshContext context, TimeProvider time)
    {
        _lock = @lock;
        _range = range;
        Files = files;
        State = state;
        Plan = plan;
        Supervisor = supervisor;
        Context = context;
        Api = new MeshApi(context, time) { Patience = TimeSpan.FromSeconds(60) };
    }

    public MeshFiles Files { get; }

    public StateDirectory State { get; }

    public LocalPlan Plan { get; }

    public Supervisor Supervisor { get; }

    public MeshContext Context { get; }

    public MeshApi Api { get; }

    /// <summary>
    /// Brings a mesh up. 1. The files are read and judged, before anything is started. 2. The state directory is locked and its secrets made.
    /// 3. All is planned and written down. 4. The processes start, all at once: each waits for what it needs. 5. Once the API
    /// answers, the documents are applied. 6. Done when every proxy has them and every gateway listens.
    /// </summary>
    public static async Task<MeshRun> StartAsync(UpOptions options, IProgressSink progress, TimeProvider time, CancellationToken cancel)
    {
        // 1. and 2.
        var files = MeshFiles.Load(options.Files);
        if (files.Foreign.All.Length > 0) progress.Note($"skipped {files.Foreign.Count}");
        var state = options.StateDirectory is { } given ? new StateDirectory(given) : StateDirectory.ForName(files.Name);
        state.Create();
        var stateLock = StateLock.Acquire(state);
        var undo = new Stack<IDisposable>([stateLock]);
        Supervisor? supervisor = null;
        try
        {
            MeshSecrets.Ensure(state, files.TrustDomain, time);
            var programs = ProgramLocator.Default();
            var sidecar = await new SidecarPublisher(programs, progress.Step).ProvideAsync(options.Jit, cancel);
            progress.Note(sidecar.Note);

            // 3.
            var (knownRange, known) = AddressBook.Read(state.Addresses);
            var range = LoopbackRange.Acquire(knownRange);
            undo.Push(range);
            var plan = MakePlan(files, state, new AddressBook(range.Number, known));
            ProcessLauncher.WriteRegistrations(state, plan);
            var context = new MeshContext(plan.Name, [.. plan.ApiUrls], state.RootCertificate, state.AdminToken, state.Root,
                [.. plan.Instances.Where(i => i.IsGateway).Select(i => new GatewayEntry(i.Id, i.Registration.Address))]);
            context.Write(state);

            // 4.
            supervisor = new Supervisor(state.Logs, time, progress.Note);
            var run = new MeshRun(files, state, stateLock, range, plan, supervisor, context, time);
            await run.BringUpAsync(new ProcessLauncher(state, supervisor, programs, sidecar.Path), options.Timeout, progress, time, cancel);
            return run;
        }
        catch
        {
            if (supervisor is not null) await supervisor.DisposeAsync();
            foreach (var step in undo) step.Dispose();
            throw;
        }
    }

    /// <summary>Stops everything; once <paramref name="hurry"/> is cancelled, at once.</summary>
    public async Task StopAsync(CancellationToken hurry)
    {
        await Supervisor.StopAsync(hurry);
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Supervisor.DisposeAsync();
        Api.Dispose();
        _range.Dispose();
        _lock.Dispose();
    }

    private async Task BringUpAsync(ProcessLauncher launcher, TimeSpan timeout, IProgressSink progress, TimeProvider time, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        var readiness = new Readiness(this, progress, time);
        launcher.StartReplicas(Plan);
        launcher.StartApplications(Plan);
        launcher.StartAgent(Plan);
        launcher.StartProxies(Plan);
        try
        {
            await readiness.WaitForReplicasAsync(limit.Token);

            // 5.
            progress.Step(Files.Documents.Count == 1 ? "applying 1 object" : $"applying {Files.Documents.Count} objects");
            var applied = await new ChangeSender(Api, progress.Step).ApplyAsync(false, ChangeParts.OfDocuments(Files.Documents), limit.Token);
            Findings.ThrowIfRefused(applied, progress.Note);
            var revision = applied.Revision;
            if (Files.Mesh.MeshConfig is null && await LocalMeshConfig.WithdrawAsync(Api, limit.Token) is { } withdrawn) revision = withdrawn;

            // 6.
            await readiness.WaitForProxiesAsync(revision, limit.Token);
            await readiness.WaitForGatewaysAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CliException($"not ready after {timeout.TotalSeconds:0} s: {readiness.Missing}\n{readiness.Explain()}");
        }
    }

    private static LocalPlan MakePlan(MeshFiles files, StateDirectory state, AddressBook book)
    {
        var planner = new LocalPlanner(state, book, files.Services, new FreePorts().Take, workload => EnsureToken(state, workload));
        var plan = planner.Plan(files.Name, files.Mesh, files.Directory);
        book.Write(state.Addresses);
        return plan;
    }

    /// <summary>The token a proxy shows to have its certificate signed; kept over restarts, since a running agent knows its hash.</summary>
    private static string EnsureToken(StateDirectory state, string workload)
    {
        var path = state.WorkloadToken(workload);
        if (File.Exists(path)) return File.ReadAllText(path).Trim();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var token = MeshSecrets.NewToken();
        PrivateFile.Write(path, token + "\n");
        return token;
    }
}
