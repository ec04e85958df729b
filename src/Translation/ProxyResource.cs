using Google.Protobuf.WellKnownTypes;

namespace Mesh.Translation;

/// <summary>
/// One xDS resource, ready to send. <see cref="Version"/> is a hash of the packed bytes in lower-case hexadecimal: equal
/// content has an equal version on every node and after every restart. <see cref="Body"/> is shared between proxies and
/// must not be changed.
/// </summary>
public sealed record ProxyResource(string Name, string Version, Any Body);
