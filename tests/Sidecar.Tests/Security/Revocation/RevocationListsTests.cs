using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Security.Revocation;
using Mesh.TestKit.Certificates;

namespace Mesh.Sidecar.Tests.Security.Revocation;

public sealed class RevocationListsTests : IDisposable
{
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly PemAuthority _authority = new();
    private readonly X509Certificate2 _good;
    private readonly X509Certificate2 _bad;

    public RevocationListsTests() => (_good, _bad) = (_authority.Issue("good.test"), _authority.Issue("bad.test"));

    [Fact]
    public void Refuse_OneOfTheList_IsRevokedAndOthersAreNot()
    {
        var lists = RevocationLists.Parse(_authority.RevocationListPem(_now.AddHours(1), _bad));
        Assert.Null(lists.Refuse(ChainOf(_good), _now));
        Assert.Equal("'CN=bad.test' is revoked", lists.Refuse(ChainOf(_bad), _now));
    }

    [Fact]
    public void Refuse_AnEmptyList_RevokesNothing() =>
        Assert.Null(RevocationLists.Parse(_authority.RevocationListPem(_now.AddHours(1))).Refuse(ChainOf(_good), _now));

    [Fact]
    public void Refuse_AListThatNoLongerHolds_RefusesAll() =>
        Assert.Contains("out of date", RevocationLists.Parse(_authority.RevocationListPem(_now.AddHours(1))).Refuse(ChainOf(_good), _now.AddHours(2)));

    [Fact]
    public void Refuse_ListsOfSomebodyElse_RefuseAll()
    {
        // The same name, another key.
        using var other = new PemAuthority();
        Assert.Contains("no revocation list", RevocationLists.Parse(other.RevocationListPem(_now.AddHours(1))).Refuse(ChainOf(_good), _now));
        var both = RevocationLists.Parse(other.RevocationListPem(_now.AddHours(1)) + "\n" + _authority.RevocationListPem(_now.AddHours(1), _bad));
        Assert.Null(both.Refuse(ChainOf(_good), _now));
        Assert.NotNull(both.Refuse(ChainOf(_bad), _now));
    }

    [Fact]
    public void Parse_WhatIsNoList_IsRefused()
    {
        Assert.Contains("X509 CRL", Assert.Throws<CryptographicException>(() => RevocationLists.Parse(_authority.RootPem)).Message);
        Assert.Contains("cannot be read", Assert.Throws<CryptographicException>(() => RevocationLists.Parse(PemEncoding.WriteString("X509 CRL", [1, 2, 3]))).Message);
    }

    public void Dispose()
    {
        _good.Dispose();
        _bad.Dispose();
        _authority.Dispose();
    }

    private X509Chain ChainOf(X509Certificate2 certificate)
    {
        var chain = new X509Chain { ChainPolicy = PeerVerifier.ChainPolicy(new TrustModel([X509Certificate2.CreateFromPem(_authority.RootPem)])) };
        Assert.True(chain.Build(certificate));
        return chain;
    }
}
