using System.Runtime.InteropServices;

namespace Mesh.Cli.Commands;

/// <summary>Ctrl-C and SIGTERM: the first asks to stop, the second to hurry.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interrupts() => _registrations =
        [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP]).Select(signal => PosixSignalRegistration.Create(signal, Handle))];

    public CancellationToken Stop => _stop.Token;

    public CancellationToken Hurry => _hurry.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stop.Dispose();
        _hurry.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_stop.IsCancellationRequested) _hurry.Cancel();
        else _stop.Cancel();
    }
}
