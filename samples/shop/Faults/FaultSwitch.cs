namespace Shop.Faults;

/// <summary>What the switch is set to; zero means off.</summary>
internal sealed record FaultSettings(int FailEvery = 0, int DelayMs = 0);

/// <summary>
/// Makes a service misbehave on demand, so that retries and timeouts can be seen at work. Thread-safe: the settings are replaced
/// whole and the counter is interlocked, so exactly every n-th request fails under any concurrency.
/// </summary>
internal sealed class FaultSwitch
{
    private volatile FaultSettings _settings = new(Number("FAIL_EVERY"), Number("DELAY_MS"));
    private int _count;
    private int _failed;
    private int _delayed;

    public FaultSettings Settings
    {
        get => _settings;
        set
        {
            _settings = value;
            Volatile.Write(ref _count, 0);
        }
    }

    public int Failed => Volatile.Read(ref _failed);

    public int Delayed => Volatile.Read(ref _delayed);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var settings = _settings;
        if (settings.DelayMs > 0)
        {
            Interlocked.Increment(ref _delayed);
            await Task.Delay(settings.DelayMs, context.RequestAborted);
        }
        if (settings.FailEvery > 0 && Interlocked.Increment(ref _count) % settings.FailEvery == 0)
        {
            Interlocked.Increment(ref _failed);
            await Results.Problem("told to fail", statusCode: 503).ExecuteAsync(context);
            return;
        }
        await next(context);
    }

    private static int Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var value) ? value : 0;
}
