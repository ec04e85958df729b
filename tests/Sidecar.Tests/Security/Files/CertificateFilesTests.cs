using Mesh.Sidecar.Hosting;
using Mesh.Sidecar.Security.Files;
using Mesh.Sidecar.Tests.Harness;
using Mesh.TestKit.Certificates;

namespace Mesh.Sidecar.Tests.Security.Files;

public sealed class CertificateFilesTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly StringWriter _text = new();
    private readonly PemAuthority _authority = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory();
    private readonly CertificateFiles _files;

    public CertificateFilesTests() => _files = new CertificateFiles(_time, new StderrLogging(_text, TimeProvider.System).CreateLogger("Mesh.Sidecar"));

    [Fact]
    public void KeyPair_BothFiles_AreLeafAndKey()
    {
        var (crt, key) = _authority.Write(_directory.FullName, "a", "a.test");
        var pair = _files.KeyPair(crt, key).Current();
        Assert.Equal("CN=a.test", pair.Leaf.Subject);
        Assert.True(pair.Leaf.HasPrivateKey);
        Assert.Empty(pair.Chain);
    }

    [Fact]
    public void KeyPair_TheChainBehindTheLeaf_IsSentToo()
    {
        var (crt, key) = _authority.Write(_directory.FullName, "a", "a.test");
        File.AppendAllText(crt, "\n" + _authority.RootPem);
        Assert.Equal("CN=test-authority", Assert.Single(_files.KeyPair(crt, key).Current().Chain).Subject);
    }

    [Fact]
    public void Current_AChangedFile_IsReadAfterThePeriodAndNotBefore()
    {
        var (crt, key) = _authority.Write(_directory.FullName, "a", "a.test");
        var pair = _files.KeyPair(crt, key);
        var first = pair.Current();
        _authority.Write(_directory.FullName, "a", "b.test");
        Assert.Same(first, pair.Current());
        _time.Advance(FileMaterial<KeyPairModel>.CheckPeriod);
        Assert.Equal("CN=b.test", pair.Current().Leaf.Subject);
        Assert.Equal(2, pair.Version);
    }

    [Fact]
    public void Current_TheSameContentAgain_IsTheSameObject()
    {
        var (crt, key) = _authority.Write(_directory.FullName, "a", "a.test");
        var pair = _files.KeyPair(crt, key);
        var first = pair.Current();
        File.WriteAllText(crt, File.ReadAllText(crt));
        _time.Advance(FileMaterial<KeyPairModel>.CheckPeriod);
        Assert.Same(first, pair.Current());
        Assert.Equal(1, pair.Version);
    }

    [Fact]
    public void Current_AFileThatIsNotThere_FailsByNameUntilItAppears()
    {
        var (crt, key) = (Path.Combine(_directory.FullName, "later", "a.crt"), Path.Combine(_directory.FullName, "later", "a.key"));
        var pair = _files.KeyPair(crt, key);
        Assert.Contains(crt, Assert.Throws<CertificateFileException>(pair.Current).Message);
        _time.Advance(FileMaterial<KeyPairModel>.CheckPeriod);
        Assert.Throws<CertificateFileException>(pair.Current);
        Assert.Single(_text.ToString().Split(crt)[1..]);
        Directory.CreateDirectory(Path.GetDirectoryName(crt)!);
        _authority.Write(Path.GetDirectoryName(crt)!, "a", "a.test");
        _time.Advance(FileMaterial<KeyPairModel>.CheckPeriod);
        Assert.Equal("CN=a.test", pair.Current().Leaf.Subject);
    }

    [Fact]
    public void Current_ALinkThatIsTurned_IsRead()
    {
        // As Kubernetes writes Secrets: tls.crt -> ..data/tls.crt, ..data -> a directory that is replaced whole.
        var (one, two) = (_directory.CreateSubdirectory("..1"), _directory.CreateSubdirectory("..2"));
        _authority.Write(one.FullName, "tls", "one.test");
        _authority.Write(two.FullName, "tls", "two.test");
        var data = Path.Combine(_directory.FullName, "..data");
        File.CreateSymbolicLink(data, "..1");
        var (crt, key) = (Path.Combine(_directory.FullName, "tls.crt"), Path.Combine(_directory.FullName, "tls.key"));
        File.CreateSymbolicLink(crt, "..data/tls.crt");
        File.CreateSymbolicLink(key, "..data/tls.key");
        var pair = _files.KeyPair(crt, key);
        Assert.Equal("CN=one.test", pair.Current().Leaf.Subject);
        File.Delete(data);
        File.CreateSymbolicLink(data, "..2");
        _time.Advance(FileMaterial<KeyPairModel>.CheckPeriod);
        Assert.Equal("CN=two.test", pair.Current().Leaf.Subject);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public void Current_AFileGoneBad_LeavesTheLastGoodInForceAndSaysSo(string content)
    {
        var (crt, key) = _authority.Write(_directory.FullName, "a", "a.test");
        var pair = _files.KeyPair(crt, key);
        var first = pair.Current();
        File.WriteAllText(crt, content);
        _time.Advance(FileMaterial<KeyPairModel>.CheckPeriod);
        Assert.Same(first, pair.Current());
        Assert.Contains("what was read before stays in force", _text.ToString());
        Assert.Contains(crt, _text.ToString());
    }

    [Fact]
    public void Current_AKeyOfAnotherCertificate_IsRefused()
    {
        var (crt, _) = _authority.Write(_directory.FullName, "a", "a.test");
        var (_, key) = _authority.Write(_directory.FullName, "b", "b.test");
        Assert.Contains("not the one of the certificate", Assert.Throws<CertificateFileException>(_files.KeyPair(crt, key).Current).Message);
    }

    [Fact]
    public void Roots_OfAFileWithoutCertificates_IsRefused()
    {
        var (_, key) = _authority.Write(_directory.FullName, "a", "a.test");
        Assert.Contains("no certificate", Assert.Throws<CertificateFileException>(_files.Roots(key).Current).Message);
        Assert.Contains("not a plain file", Assert.Throws<CertificateFileException>(_files.Roots("/dev/zero").Current).Message);
    }

    [Fact]
    public void Roots_TheSameFileTwice_AreReadOnce()
    {
        var path = Path.Combine(_directory.FullName, "ca.crt");
        File.WriteAllText(path, _authority.RootPem + "\n" + _authority.RootPem);
        var roots = _files.Roots(path);
        Assert.Same(roots, _files.Roots(path));
        Assert.Equal("CN=test-authority", roots.Current().Roots[0].Subject);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Delete(recursive: true);
    }
}
