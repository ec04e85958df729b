using System.Net;
using Mesh.Sidecar.Authentication;
using Mesh.Sidecar.Http;
using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Authorization;

/// <summary>One of Envoy's RBAC permissions or principals: a question to a request. Immutable; asking allocates nothing.</summary>
internal abstract class RequestCondition
{
    public abstract bool IsMatch(ProxyRequest request);

    public sealed class Everything : RequestCondition
    {
        public override bool IsMatch(ProxyRequest request) => true;
    }

    public sealed class Not(RequestCondition inner) : RequestCondition
    {
        public override bool IsMatch(ProxyRequest request) => !inner.IsMatch(request);
    }

    public sealed class All(RequestCondition[] conditions) : RequestCondition
    {
        public override bool IsMatch(ProxyRequest request)
        {
            foreach (var condition in conditions)
                if (!condition.IsMatch(request)) return false;
            return true;
        }
    }

    public sealed class Any(RequestCondition[] conditions) : RequestCondition
    {
        public override bool IsMatch(ProxyRequest request)
        {
            foreach (var condition in conditions)
                if (condition.IsMatch(request)) return true;
            return false;
        }
    }

    /// <summary>The peer's SPIFFE ID; <c>null</c> asks only for one.</summary>
    public sealed class Peer(StringMatch? match) : RequestCondition
    {
        public override bool IsMatch(ProxyRequest request) => request.Connection.PeerPrincipal is { } principal && match?.IsMatch(principal) != false;
    }

    public sealed class Header(HeaderMatch match) : RequestCondition
    {
        public override bool IsMatch(ProxyRequest request) => match.IsMatch(request.Http.Request);
    }

    /// <summary>The path as it was normalized, without its query.</summary>
    public sealed class Path(StringMatch match) : RequestCondition
    {
        public override bool IsMatch(ProxyRequest request) => match.IsMatch(request.Target.AsSpan(0, RequestPath.PathLength(request.Target)));
    }

    public sealed class Claim(ClaimMatch match) : RequestCondition
    {
        public override bool IsMatch(ProxyRequest request) => match.IsMatch(request.Token);
    }

    /// <summary>Who sits at the other end of the connection.</summary>
    public sealed class SourceAddress(IPNetwork network) : RequestCondition
    {
        public override bool IsMatch(ProxyRequest request) => Contains(network, (request.Connection.RemoteEndPoint as IPEndPoint)?.Address);
    }

    /// <summary>The client that proxies before this one saw, as far as X-Forwarded-For goes.</summary>
    public sealed class RemoteAddress(IPNetwork network) : RequestCondition
    {
        public override bool IsMatch(ProxyRequest request) => Contains(network, RequestFacts.Client(request)?.Address);
    }

    public sealed class OwnAddress(IPNetwork network) : RequestCondition
    {
        public override bool IsMatch(ProxyRequest request) => Contains(network, (request.Connection.LocalEndPoint as IPEndPoint)?.Address);
    }

    public sealed class OwnPort(int first, int beyond) : RequestCondition
    {
        public override bool IsMatch(ProxyRequest request) => request.Connection.LocalEndPoint is IPEndPoint local && local.Port >= first && local.Port < beyond;
    }

    private static bool Contains(IPNetwork network, IPAddress? address)
    {
        if (address is null) return false;
        return network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
    }
}
