using Mesh.Translation.Hosts;

namespace Mesh.Translation.Tests.Hosts;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("reviews", "reviews.bookinfo.svc.cluster.local")]
    [InlineData("Reviews", "reviews.bookinfo.svc.cluster.local")]
    [InlineData("reviews.default", "reviews.default")]
    [InlineData("www.example.com", "www.example.com")]
    [InlineData("*.example.com", "*.example.com")]
    [InlineData("*", "*")]
    public void Resolve_NameInNamespace_IsExpandedOnlyWithoutDot(string written, string expected) =>
        Assert.Equal(expected, HostName.Resolve(written, "bookinfo"));

    [Theory]
    [InlineData("a.example.com", "*.example.com", "a.example.com")]
    [InlineData("*.example.com", "a.b.example.com", "a.b.example.com")]
    [InlineData("*", "a.example.com", "a.example.com")]
    [InlineData("*.com", "*.example.com", "*.example.com")]
    [InlineData("a.example.com", "a.example.com", "a.example.com")]
    [InlineData("example.com", "*.example.com", null)]
    [InlineData("a.example.com", "b.example.com", null)]
    [InlineData("*.example.org", "*.example.com", null)]
    [InlineData("*-eu.example.com", "a-eu.example.com", "a-eu.example.com")]
    [InlineData("*-eu.example.com", "*.example.com", "*-eu.example.com")]
    [InlineData("*-eu.example.com", "-eu.example.com", null)]
    [InlineData("*-eu.example.com", "*.eu.example.com", null)]
    public void Intersect_TwoHosts_IsTheNarrowerOne(string left, string right, string? expected)
    {
        Assert.Equal(expected, HostName.Intersect(left, right));
        Assert.Equal(expected, HostName.Intersect(right, left));
    }

    [Fact]
    public void Patterns_Host_AreMostSpecificFirst() =>
        Assert.Equal(["a.b.c", "*.b.c", "*.c", "*"], HostName.Patterns("a.b.c"));

    [Theory]
    [InlineData("a.b", "a.b", "*.b", "*b", "*")]
    [InlineData("*.b", "*.b", "*b", "*")]
    [InlineData("*", "*")]
    public void AllPatterns_Host_AreMostSpecificFirst(string host, params string[] expected) => Assert.Equal(expected, HostName.AllPatterns(host));

    [Theory]
    [InlineData(true, "reviews", "reviews:9080", "reviews.default", "reviews.default.svc:9080", "reviews.default.svc.cluster.local")]
    [InlineData(false, "reviews:9080", "reviews.default:9080", "reviews.default.svc.cluster.local:9080")]
    public void Domains_SameNamespace_HaveAllForms(bool isDefaultPort, params string[] expected) =>
        Assert.Subset(
            ServiceDomains.Domains(new ServiceName("default", "reviews"), "default", 9080, isDefaultPort).ToHashSet(), expected.ToHashSet());

    [Fact]
    public void Domains_OtherNamespace_LackTheBareName()
    {
        var domains = ServiceDomains.Domains(new ServiceName("default", "reviews"), "other", 9080, true).ToList();
        Assert.DoesNotContain("reviews", domains);
        Assert.DoesNotContain("reviews:9080", domains);
        Assert.Contains("reviews.default", domains);
    }
}
