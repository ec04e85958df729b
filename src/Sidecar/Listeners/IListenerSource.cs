namespace Mesh.Sidecar.Listeners;

/// <summary>What a sleeping listener is made of: the port of <see cref="ListenerState"/> to discovery. Safe from all threads.</summary>
internal interface IListenerSource
{
    /// <summary>Puts the listener's model in force, unless it is by now.</summary>
    void Wake(ListenerState listener);
}
