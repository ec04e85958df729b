namespace Mesh.Cli.Local.Tour;

/// <summary>One stop of the tour through the running shop: something the mesh does, tried and measured.</summary>
internal interface ITourStop
{
    string Title { get; }

    /// <summary>The measured figures in one line; a <see cref="TourFailure"/> says what was expected and what came.</summary>
    Task<string> RunAsync(TourContext tour, CancellationToken cancel);
}

/// <summary>What a stop claims does not hold.</summary>
internal sealed class TourFailure(string message) : Exception(message)
{
    public static void Unless(bool condition, string message)
    {
        if (!condition) throw new TourFailure(message);
    }
}
