using Microsoft.AspNetCore.Http;

namespace Mesh.Sidecar.Tests.Harness;

/// <summary>An application that answers nobody until it is told to.</summary>
internal sealed class HeldApp : IAsyncDisposable
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _connections = [];

    public TestApp App { get; private set; } = null!;

    public int Connections
    {
        get
        {
            lock (_connections) return _connections.Count;
        }
    }

    public static async Task<HeldApp> StartAsync()
    {
        var held = new HeldApp();
        held.App = await TestApp.StartAsync(async context =>
        {
            lock (held._connections) held._connections.Add(context.Connection.Id);
            await held._released.Task.WaitAsync(TimeSpan.FromMinutes(1), context.RequestAborted);
            await context.Response.WriteAsync("held");
        });
        return held;
    }

    public void Release() => _released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        await App.DisposeAsync();
    }
}
