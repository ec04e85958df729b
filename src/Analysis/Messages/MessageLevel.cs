namespace Mesh.Analysis.Messages;

/// <summary>How bad it is, as in Istio's analysis.</summary>
public enum MessageLevel
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Probably not what was meant.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Error,
}
