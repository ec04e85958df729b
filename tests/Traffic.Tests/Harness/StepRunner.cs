using System.Net;
using System.Text.RegularExpressions;
using Mesh.TestKit.Echo;
using NodeAgent.Tests.Fakes;

namespace Mesh.Traffic.Tests.Harness;

/// <summary>Carries out one step: plans, requests, and what is to be seen of them at the caller, in its proxy and at the applications.</summary>
internal sealed class StepRunner(TrafficMesh mesh, TrafficStep step, Dictionary<string, string[]> memory)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    /// <summary>Timers and the clock that measures them differ by as much.</summary>
    private const int Tick = 20;

    private readonly MeshWorkload _caller = mesh[step.From == "outside" ? "gateway" : step.From];

    public async Task RunAsync()
    {
        if (step.Workloads is { } states)
        {
            mesh.SetWorkloads(states);
            await mesh.ApplyAgainAsync();
        }

        foreach (var app in mesh.Apps)
        {
            app.Received.Clear();
            app.Plan.Set(step.Plan.GetValueOrDefault(app.Name) ?? step.Plan.GetValueOrDefault("all") ?? []);
        }

        foreach (var (credential, name) in step.Credentials) mesh.TlsFiles.Write(credential, name);
        var flags = new FlagCount(_caller.Proxy!);
        var metrics = await MetricText.ReadAsync(_caller.Proxy!);
        var started = TimeProvider.System.GetTimestamp();
        var answers = await SendAllAsync();
        var took = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
        foreach (var answer in answers) JudgeAnswer(answer);
        JudgeStatuses(answers);
        await JudgeAppsAsync(answers);
        JudgeMoves([.. answers.Select(a => a.Headers.GetValueOrDefault("x-app") ?? "none")]);
        if (step.Expect.Flag is { } flag) Assert.Equal(flag, await flags.NewAsync(step.Times));
        if (step.Expect.AtLeastMs is { } least) Assert.True(took >= least - Tick, $"took {took} ms");
        if (step.Expect.AtMostMs is { } most) Assert.True(took <= most, $"took {took} ms");
        foreach (var (name, value) in step.Expect.Metrics) await JudgeMetricAsync(metrics, name, value);
    }

    private async Task<Answer[]> SendAllAsync()
    {
        if (step.Together) return await Task.WhenAll(Enumerable.Range(0, step.Times).Select(SendAsync));
        var answers = new List<Answer>();
        for (var i = 0; i < step.Times; i++)
        {
            if (i > 0 && step.PauseMs > 0) await PauseAsync();
            answers.Add(await SendAsync(i));
        }
        return [.. answers];
    }

    private async Task PauseAsync()
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(step.PauseMs));
        await pause.WaitForNextTickAsync();
    }

    private async Task<Answer> SendAsync(int number)
    {
        using var bound = new CancellationTokenSource(Bound);
        var space = step.Send.IndexOf(' ');
        if (step.IsTcp) return await RawTcp.SendAsync(TrafficMesh.Endpoint(_caller, step.Send[(space + 1)..]), await TextAsync(number), bound.Token);
        var (method, url) = (step.Send[..space], Numbered(step.Send[(space + 1)..], number));
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var rest = url.IndexOf('/', start);
        var authority = rest < 0 ? url[start..] : url[start..rest];
        var target = rest < 0 ? "/" : url[rest..];
        var port = authority.Contains(':') ? int.Parse(authority[(authority.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture) : 80;
        var to = step.To is { } name ? new IPEndPoint(name == "spare" ? mesh.Spare : mesh[name].Address, port) : new IPEndPoint(_caller.Address, step.From == "outside" ? port : 15001);
        var tls = url.StartsWith("https:", StringComparison.Ordinal) ? new TlsClient(step.Tls ?? new TlsStep(), new Uri(url).Host, mesh.TlsFiles) : null;
        var body = step.BodyBytes >= 0 ? new byte[step.BodyBytes] : null;
        var headers = step.Headers.Select(h => (h.Key, Numbered(h.Value, number)));
        if (step.Claims is { } claims) headers = headers.Append(("authorization", "Bearer " + mesh.Issuer.Sign(claims, "ES256")));
        return step.As == "h1"
            ? await RawHttp.SendAsync(to, method, target, [("host", step.Host ?? authority), .. headers], body, tls, bound.Token)
            : await Http2Client.SendAsync(to, method, new Uri(url), step.As == "grpc", step.Host is null ? headers : [("host", step.Host), .. headers], body, tls, bound.Token);
    }

    private Task<byte[]> TextAsync(int number) => step.Sni is { } name ? RawTcp.GreetingAsync(name) : Task.FromResult(System.Text.Encoding.ASCII.GetBytes($"hello {number}\n"));

    // "{n}" is the request's number, "{address APP}" where an application listens.
    private string Numbered(string text, int number)
    {
        text = text.Replace("{n}", number.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return Regex.Replace(text, @"\{address ([a-z0-9-]+)\}", m => $"{mesh[m.Groups[1].Value].Address}:{mesh[m.Groups[1].Value].App!.HttpPort}");
    }

    private void JudgeAnswer(Answer answer)
    {
        var expect = step.Expect;
        if (expect.Status is { } status) Assert.True(status == answer.Status, $"status {answer.Status}, not {status}: {answer.Body}");
        if (expect.Statuses.Count == 0) Assert.True(answer.IsWhole != expect.Cut, $"the answer ({answer.Status} {answer.Body}) {(answer.IsWhole ? "is whole" : "is cut")} {answer.Headers.GetValueOrDefault("x-client-error")}");
        if (expect.App is { } app) JudgeText("application", app, answer.Headers.GetValueOrDefault("x-app") ?? "none");
        if (expect.Body is { } body) JudgeText("body", body, answer.Body);
        foreach (var (name, value) in expect.Headers) JudgeText(name, value, answer.Headers.GetValueOrDefault(name));
    }

    private void JudgeStatuses(Answer[] answers)
    {
        var found = answers.CountBy(a => a.Status).ToDictionary(c => c.Key, c => c.Value);
        foreach (var (status, count) in step.Expect.Statuses) JudgeCount($"answers {status}", count, found.GetValueOrDefault(status));
    }

    private void JudgeMoves(string[] apps)
    {
        foreach (var (name, count) in step.Expect.MovedSince)
        {
            var before = memory[name];
            var common = before.Intersect(apps).ToHashSet();
            JudgeCount($"moved since {name}", count, before.Zip(apps).Count(m => m.First != m.Second && common.Contains(m.First) && common.Contains(m.Second)));
        }

        if (step.Remember is { } own) memory[own] = apps;
    }

    private async Task JudgeAppsAsync(Answer[] answers)
    {
        var expect = step.Expect;
        // Copies of requests arrive when they do; what was answered has been received.
        if (expect.Tries is { } tries) await Await.ThatAsync(() => mesh.Apps.Sum(a => a.Received.Count) >= tries);
        foreach (var (name, count) in step.IsTcp ? [] : expect.Apps)
            if (Range.Parse(count) is { From: > 0 and var least }) await Await.ThatAsync(() => mesh.Apps.First(a => a.Name == name).Received.Count >= least, text: $"{name} gets {least}");
        var received = step.IsTcp ? [.. answers.Select(Connection)] : mesh.Apps.SelectMany(a => a.Received).ToArray();
        if (expect.Tries is not null) Assert.Equal(expect.Tries, received.Length);
        foreach (var (name, count) in expect.Apps) JudgeCount(name, count, received.Count(r => r.App == name));
        if (expect.Connections is { } connections) JudgeCount("connections", connections, received.Select(r => (r.App, r.Connection)).Distinct().Count());
        if (expect.DistinctApps is { } distinct) Assert.Equal(distinct, answers.Select(a => a.Headers.GetValueOrDefault("x-app")).Distinct().Count());
        foreach (var request in Relevant(received, answers)) JudgeRequest(request);
        if (expect.Mirror is { } mirror) await JudgeMirrorAsync(mirror);
    }

    // Probes connect to the applications too, so that only the callers know which connections were theirs.
    private static EchoRequest Connection(Answer answer) =>
        new(answer.Headers.GetValueOrDefault("x-app") ?? "none", "TCP", "", "TCP", "", new Dictionary<string, string>(), answer.Body.Length, answer.IsWhole, "");

    // Of a request that was tried several times the last try counts; what a mirror got is another's.
    private IEnumerable<EchoRequest> Relevant(EchoRequest[] received, Answer[] answers)
    {
        var expect = step.Expect;
        if (expect.Path is null && expect.Host is null && expect.Method is null && expect.BodyBytes is null && expect.Seen.Count == 0) return [];
        var found = received.Where(r => answers.Any(a => a.Headers.GetValueOrDefault("x-app") == r.App)).ToArray();
        if (found.Length == 0) found = received;
        Assert.NotEmpty(found);
        return step.Times == 1 ? [found[^1]] : found;
    }

    private void JudgeRequest(EchoRequest request)
    {
        var expect = step.Expect;
        if (expect.Path is { } path) Assert.Equal(path, request.Target);
        if (expect.Host is { } host) Assert.Equal(host, request.Host);
        if (expect.Method is { } method) Assert.Equal(method, request.Method);
        if (expect.BodyBytes is { } bytes) Assert.Equal(bytes, request.BodyBytes);
        foreach (var (name, value) in expect.Seen) JudgeText(name, value, request.Headers.GetValueOrDefault(name));
    }

    private async Task JudgeMirrorAsync(MirrorExpectation expect)
    {
        await Await.ThatAsync(() => !mesh[expect.App].App!.Received.IsEmpty, text: $"{expect.App} gets a copy");
        var request = Assert.Single(mesh[expect.App].App!.Received);
        if (expect.Path is { } path) Assert.Equal(path, request.Target);
        if (expect.Host is { } host) Assert.Equal(host, request.Host);
        if (expect.BodyBytes is { } bytes) Assert.Equal((bytes, true), (request.BodyBytes, request.IsWhole));
    }

    private async Task JudgeMetricAsync(MetricText before, string name, string value)
    {
        var grown = 0.0;
        var range = Range.Parse(value);
        // Some are counted after the caller has its answer.
        for (var turn = 0; turn < 2000; turn++)
        {
            grown = (await MetricText.ReadAsync(_caller.Proxy!)).Sum(name) - before.Sum(name);
            if (grown >= range.From && (range.From > 0 || turn > 0)) break;
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            await tick.WaitForNextTickAsync();
        }

        Assert.True(grown >= range.From && grown <= range.To, $"{name} grew by {grown}, not {value}");
    }

    private static void JudgeCount(string what, string expected, int found)
    {
        var range = Range.Parse(expected);
        Assert.True(found >= range.From && found <= range.To, $"{what}: {found}, not {expected}");
    }

    private static void JudgeText(string what, string? expected, string? found)
    {
        if (expected is ['~', ..]) Assert.True(found is not null && Regex.IsMatch(found, expected[1..]), $"{what}: '{found ?? "absent"}' does not match {expected}");
        else Assert.True(expected == found, $"{what}: '{found ?? "absent"}', not '{expected ?? "absent"}'");
    }

    private readonly record struct Range(double From, double To)
    {
        public static Range Parse(string text)
        {
            var parts = text.Split("..").Select(p => double.Parse(p, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            return new Range(parts[0], parts[^1]);
        }
    }
}
