using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Sidecar.Tests.Balancing;

public sealed class RequestWindowTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Count_IsOfTheLastIntervalAndATenthMore()
    {
        var window = new RequestWindow(TimeSpan.FromSeconds(10), _time);
        for (var i = 0; i < 7; i++) window.Add();
        _time.Advance(TimeSpan.FromSeconds(5));
        window.Add();
        Assert.Equal(8, window.Count);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(8, window.Count);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, window.Count);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(0, window.Count);
        window.Add();
        Assert.Equal(1, window.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Count_OfAnyRequests_LiesBetweenOneIntervalAndElevenTenths(int seed)
    {
        var random = new Random(seed);
        var window = new RequestWindow(TimeSpan.FromSeconds(1), _time);
        var at = new List<double>();
        var now = 0.0;
        for (var i = 0; i < 2000; i++)
        {
            var step = TimeSpan.FromMilliseconds(random.Next(0, 60));
            _time.Advance(step);
            now += step.TotalSeconds;
            window.Add();
            at.Add(now);
            Assert.InRange(window.Count, at.Count(t => t > now - 1 + 1e-9), at.Count(t => t > now - 1.1 - 1e-9));
        }
    }

    [Fact]
    public async Task Add_FromManyThreads_LosesNone()
    {
        var window = new RequestWindow(TimeSpan.FromHours(1), _time);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++) window.Add();
        })));
        Assert.Equal(40_000, window.Count);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 10)]
    [InlineData(4, 10)]
    public void Budget_WhateverComesAndGoes_IsNeverExceededNorRefusedBelowIt(int seed, int intervalSeconds)
    {
        var random = new Random(seed);
        var budget = new RetryBudgetModel(random.Next(0, 60), random.Next(0, 4)) { Interval = TimeSpan.FromSeconds(intervalSeconds) };
        var config = new UpstreamConfigModel { Name = "u", RetryBudget = budget };
        using var upstream = new UpstreamState("u");
        upstream.Replace(new UpstreamModel(config, Endpoints.Many(2)), _time, NullLogger.Instance);
        var (requests, retries) = (0, 0);
        var tries = new Queue<double>();
        var now = 0.0;
        for (var turn = 0; turn < 5000; turn++)
        {
            // Whole tenths, so that what the window counts is exact.
            if (random.Next(20) == 0) { _time.Advance(TimeSpan.FromSeconds(1)); now++; }
            while (tries.TryPeek(out var oldest) && oldest < now - intervalSeconds) tries.Dequeue();
            switch (random.Next(4))
            {
                case 0:
                    Assert.True(upstream.TryStartRequest(int.MaxValue));
                    upstream.CountTry();
                    tries.Enqueue(now);
                    requests++;
                    break;
                case 1 when requests > 0:
                    upstream.EndRequest();
                    requests--;
                    break;
                case 2 when retries > 0:
                    upstream.EndRetry();
                    retries--;
                    break;
                default:
                    var limit = Math.Max(budget.Minimum, (int)((intervalSeconds > 0 ? tries.Count : requests) * budget.Percent / 100));
                    var may = upstream.TryStartRetry(config);
                    Assert.Equal(retries < limit, may);
                    if (may) retries++;
                    break;
            }
        }
    }
}
