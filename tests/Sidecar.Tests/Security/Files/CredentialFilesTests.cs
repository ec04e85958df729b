using Mesh.Sidecar.Security.Files;
using Mesh.Sidecar.Tests.Harness;
using Mesh.TestKit.Certificates;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Sidecar.Tests.Security.Files;

public sealed class CredentialFilesTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly PemAuthority _authority = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory();
    private readonly CredentialFiles _files;

    public CredentialFilesTests() => _files = new CredentialFiles(_directory.FullName, new CertificateFiles(_time, NullLogger.Instance));

    [Theory]
    [InlineData("tls.crt", "tls.key")]
    [InlineData("cert", "key")]
    public void Certificate_OfACredential_IsReadFromItsDirectory(string crt, string key)
    {
        Put("shop", "shop.test", crt, key);
        Assert.Equal("CN=shop.test", _files.Certificate("kubernetes://shop")!().Leaf.Subject);
    }

    [Fact]
    public void Certificate_ThatComesLaterAndChanges_IsInForceWithoutBeingAskedAnew()
    {
        var certificate = _files.Certificate("kubernetes://shop")!;
        Assert.Contains("shop/tls.crt", Assert.Throws<CertificateFileException>(() => certificate()).Message, StringComparison.Ordinal);
        foreach (var name in (string[])["first.test", "second.test"])
        {
            Put("shop", name, "tls.crt", "tls.key");
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("CN=" + name, certificate().Leaf.Subject);
        }
    }

    [Fact]
    public void Certificate_OfFiles_IsReadFromThem()
    {
        var (crt, key) = _authority.Write(_directory.FullName, "a", "a.test");
        Assert.Equal("CN=a.test", _files.Certificate($"file-cert:{crt}~{key}")!().Leaf.Subject);
    }

    [Theory]
    [InlineData("kubernetes://../shop")]
    [InlineData("kubernetes://..")]
    [InlineData("kubernetes://a/b")]
    [InlineData("kubernetes://")]
    [InlineData("file-cert:/only")]
    [InlineData("other")]
    public void Certificate_OfANameThatIsNone_IsNull(string name) => Assert.Null(_files.Certificate(name));

    [Theory]
    [InlineData("shop-cacert", "ca.crt")]
    [InlineData("shop-cacert", "cacert")]
    [InlineData("shop", "ca.crt")]
    [InlineData("shop", "cacert")]
    public void Authorities_OfACredential_AreThereOrInTheServers(string credential, string file)
    {
        Directory.CreateDirectory(Path.Combine(_directory.FullName, credential));
        File.WriteAllText(Path.Combine(_directory.FullName, credential, file), _authority.RootPem);
        var trust = _files.Authorities("kubernetes://shop-cacert", null)!();
        Assert.Equal("CN=test-authority", Assert.Single(trust.Roots).Subject);
        Assert.Null(trust.Revocations);
    }

    [Fact]
    public void Authorities_WithAListBesideThem_HaveIt()
    {
        Directory.CreateDirectory(Path.Combine(_directory.FullName, "shop"));
        File.WriteAllText(Path.Combine(_directory.FullName, "shop", "ca.crt"), _authority.RootPem);
        File.WriteAllText(Path.Combine(_directory.FullName, "shop", "ca.crl"), _authority.RevocationListPem(TimeProvider.System.GetUtcNow().AddDays(1)));
        Assert.NotNull(_files.Authorities("kubernetes://shop-cacert", null)!().Revocations);
    }

    [Fact]
    public void Certificate_WithoutADirectory_SaysWhatIsMissing()
    {
        var files = new CredentialFiles("", new CertificateFiles(_time, NullLogger.Instance));
        Assert.Contains("credentialsDirectory", Assert.Throws<CertificateFileException>(() => files.Certificate("kubernetes://shop")!()).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Delete(recursive: true);
    }

    private void Put(string credential, string name, string crt, string key)
    {
        var at = Directory.CreateDirectory(Path.Combine(_directory.FullName, credential)).FullName;
        var (from, fromKey) = _authority.Write(_directory.FullName, "new", name);
        File.Move(from, Path.Combine(at, crt), overwrite: true);
        File.Move(fromKey, Path.Combine(at, key), overwrite: true);
    }
}
