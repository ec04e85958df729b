namespace Shop.Faults;

internal static class FaultHosting
{
    private const string Path = "/faults";

    /// <summary>
    /// Every route but <c>/faults</c> passes the switch. <c>/faults</c> itself answers only to the application's own loopback
    /// address: a caller in the mesh names the service as its host and gets 404.
    /// </summary>
    public static void UseFaults(this WebApplication app)
    {
        var faults = new FaultSwitch();
        app.Use(next => context => context.Request.Path == Path ? next(context) : faults.InvokeAsync(context, next));
        var group = app.MapGroup(Path).RequireHost("127.0.0.1", "localhost");
        group.MapGet("", () => new { faults.Settings, faults.Failed, faults.Delayed });
        group.MapPost("", (FaultSettings settings) =>
        {
            faults.Settings = settings;
            return Results.NoContent();
        });
    }
}
