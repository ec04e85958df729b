using Envoy.Service.Discovery.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol;
using Mesh.Protocol.Delta;

namespace Mesh.NodeAgent.Discovery;

/// <summary>
/// The older variant of discovery as a view of a delta session. A request names everything it wants; a response of listeners
/// or clusters carries everything there is, because what is missing from it counts as removed.
/// </summary>
internal static class StateOfTheWorld
{
    public static DeltaDiscoveryRequest ToDelta(DiscoveryRequest request, DeltaServerSession session)
    {
        var delta = new DeltaDiscoveryRequest { TypeUrl = request.TypeUrl, ResponseNonce = request.ResponseNonce, ErrorDetail = request.ErrorDetail };
        var known = session.SubscribedNames(request.TypeUrl);
        delta.ResourceNamesSubscribe.Add(request.ResourceNames.Where(name => !known.Contains(name)));
        // No names at first means everything; no names after some means nothing any more.
        if (session.IsStarted(request.TypeUrl)) delta.ResourceNamesUnsubscribe.Add(known.Where(name => !request.ResourceNames.Contains(name)));
        return delta;
    }

    public static DiscoveryResponse ToFull(DeltaServerSession session, DeltaDiscoveryResponse delta)
    {
        var response = new DiscoveryResponse { TypeUrl = delta.TypeUrl, Nonce = delta.Nonce, VersionInfo = delta.Nonce };
        if (delta.TypeUrl is TypeUrls.Listener or TypeUrls.Cluster) response.Resources.Add(Everything(session, delta.TypeUrl));
        else response.Resources.Add(delta.Resources.Select(r => r.Resource_));
        return response;
    }

    private static IEnumerable<Any> Everything(DeltaServerSession session, string typeUrl)
    {
        var resources = session.Resources(typeUrl);
        var names = session.IsWildcard(typeUrl) ? resources.Names : session.SubscribedNames(typeUrl);
        return names.Select(resources.Find).OfType<DeltaResource>().Select(r => r.Body);
    }
}
