namespace Mesh.TestKit.Echo;

/// <summary>What an application received: the request as it came over the wire, not as anybody meant it.</summary>
/// <param name="App">The application.</param>
/// <param name="Method">Its method.</param>
/// <param name="Target">Path and query, unchanged.</param>
/// <param name="Protocol">For instance <c>HTTP/1.1</c>.</param>
/// <param name="Host">Host or <c>:authority</c>.</param>
/// <param name="Headers">By name, in lower case; several values of one name are joined by a comma.</param>
/// <param name="BodyBytes">Length of the body; that of what came, where it was cut.</param>
/// <param name="IsWhole">Whether the body came to its end.</param>
/// <param name="Connection">The connection it came over.</param>
public sealed record EchoRequest(
    string App, string Method, string Target, string Protocol, string Host, IReadOnlyDictionary<string, string> Headers, long BodyBytes, bool IsWhole, string Connection);
