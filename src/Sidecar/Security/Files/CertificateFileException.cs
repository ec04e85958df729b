using System.Security.Authentication;

namespace Mesh.Sidecar.Security.Files;

/// <summary>What a handshake needs is in no file that could be used; the message names file and reason. For logs only, never for peers.</summary>
internal sealed class CertificateFileException(string message, Exception? inner = null) : AuthenticationException(message, inner);
