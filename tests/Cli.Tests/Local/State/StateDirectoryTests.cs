using System.Security.Cryptography.X509Certificates;
using Mesh.Cli.Local.State;

namespace Mesh.Cli.Tests.Local.State;

public sealed class StateDirectoryTests
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void Create_LongPath_IsRefusedWithAHint()
    {
        var state = new StateDirectory("/tmp/" + new string('x', 120));

        var error = Assert.Throws<CliException>(state.Create);

        Assert.Contains("shorter --state-dir", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Acquire_WhileLocked_IsRefusedAndNamesTheOwner()
    {
        using var directory = new TemporaryDirectory();
        var state = new StateDirectory(directory.Path);
        using var held = StateLock.Acquire(state);

        var error = Assert.Throws<CliException>(() => StateLock.Acquire(state));

        Assert.Contains($"already running in {state.Root} (process {Environment.ProcessId})", error.Message, StringComparison.Ordinal);
        Assert.Equal(Environment.ProcessId, StateLock.RunningOwner(state));
    }

    [Fact]
    public void RunningOwner_AfterRelease_IsNull()
    {
        using var directory = new TemporaryDirectory();
        var state = new StateDirectory(directory.Path);
        StateLock.Acquire(state).Dispose();

        Assert.Null(StateLock.RunningOwner(state));
    }

    [Fact]
    public void Ensure_Secrets_AreOwnerOnlyAndStay()
    {
        using var directory = new TemporaryDirectory();
        var state = new StateDirectory(Path.Combine(directory.Path, "mesh"));
        state.Create();

        MeshSecrets.Ensure(state, "cluster.local", TimeProvider.System);
        var root = File.ReadAllText(state.RootCertificate);
        var token = File.ReadAllText(state.AdminToken);
        MeshSecrets.Ensure(state, "cluster.local", TimeProvider.System);

        Assert.Equal(root, File.ReadAllText(state.RootCertificate));
        Assert.Equal(token, File.ReadAllText(state.AdminToken));
        foreach (var secret in (string[])[state.RootKey, state.AdminToken, state.JoinTokens, state.AgentJoinToken])
            Assert.Equal(OwnerFile, File.GetUnixFileMode(secret));
        using var certificate = X509Certificate2.CreateFromPemFile(state.RootCertificate, state.RootKey);
        Assert.True(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
    }

    [Fact]
    public void Ensure_OtherTrustDomain_IsRefused()
    {
        using var directory = new TemporaryDirectory();
        var state = new StateDirectory(Path.Combine(directory.Path, "mesh"));
        state.Create();
        MeshSecrets.Ensure(state, "cluster.local", TimeProvider.System);

        var error = Assert.Throws<CliException>(() => MeshSecrets.Ensure(state, "other.example", TimeProvider.System));

        Assert.Contains("another trust domain", error.Message, StringComparison.Ordinal);
    }
}
