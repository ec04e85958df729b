namespace Mesh.Sidecar.Discovery;

/// <summary>A resource this proxy will not put in force, and why: the reason travels back in the NACK.</summary>
internal sealed class InvalidResourceException(string reason) : Exception(reason)
{
    public static InvalidResourceException Unsupported(string field) => new($"{field} is not supported by this proxy");

    /// <summary>Refuses what is set and would not be enforced.</summary>
    public static void ThrowIf(bool isSet, string field)
    {
        if (isSet) throw Unsupported(field);
    }
}
