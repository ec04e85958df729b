using Mesh.MultiNode.Tests.Replicas;

namespace Mesh.MultiNode.Tests;

/// <summary>What probes of replicas see from the first moment on.</summary>
public sealed class ReadinessTests
{
    [Fact]
    public async Task Ready_OfReplicasThatStart_NeverTurnsBack()
    {
        using var probes = new CancellationTokenSource();
        Task<List<string>>[] watching = [];
        await using var mesh = await TestMesh.StartAsync(3, started: replicas => watching = [.. replicas.Select(r => WatchAsync(r, probes.Token))]);
        await mesh.Replicas[0].ApplyAsync("reviews", 1);
        await Until.TrueAsync(() => mesh.Replicas.All(r => r.Model.Revision.Value == 1), "all at revision 1");
        await probes.CancelAsync();
        foreach (var answers in await Task.WhenAll(watching))
        {
            var first = answers.IndexOf("200 ");
            Assert.True(first >= 0, string.Join(", ", answers));
            Assert.All(answers.Skip(first), answer => Assert.Equal("200 ", answer));
        }
    }

    /// <summary>Every answer that differs from the one before, from the first moment that the port answers.</summary>
    private static async Task<List<string>> WatchAsync(TestReplica replica, CancellationToken stopping)
    {
        using var http = new HttpClient();
        using var turn = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var answers = new List<string>();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await turn.WaitForNextTickAsync(stopping);
                using var response = await http.GetAsync(new Uri($"http://{replica.Options.Address}:{replica.Options.Ports.Management}/ready"), stopping);
                var answer = $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(stopping)}";
                if (answers.Count == 0 || answers[^1] != answer) answers.Add(answer);
            }
            catch (HttpRequestException) when (answers.Count == 0)
            {
                // It does not listen yet.
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
        }

        return answers;
    }
}
