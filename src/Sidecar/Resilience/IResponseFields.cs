namespace Mesh.Sidecar.Resilience;

/// <summary>The header fields of an upstream's response, whichever HTTP version brought them.</summary>
internal interface IResponseFields
{
    /// <summary>A field's value; those of several of the name joined by commas. False if there is none.</summary>
    bool TryGet(string name, out string value);
}
