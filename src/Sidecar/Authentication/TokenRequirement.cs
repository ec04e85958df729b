using Mesh.Sidecar.Http;

namespace Mesh.Sidecar.Authentication;

/// <summary>What tokens a request must have (Envoy's JwtRequirement). Immutable.</summary>
internal abstract class TokenRequirement
{
    public abstract TokenStatus Verify(ProxyRequest request);

    public sealed class Of(TokenProvider provider) : TokenRequirement
    {
        public TokenProvider Provider => provider;

        public override TokenStatus Verify(ProxyRequest request) => provider.Verify(request);
    }

    /// <summary>No token at any place that the providers beside it look at; a bad one is as bad as without this.</summary>
    public sealed class AllowMissing(TokenProvider[] providers) : TokenRequirement
    {
        public override TokenStatus Verify(ProxyRequest request) =>
            Array.TrueForAll(providers, p => p.Collect(request).Count == 0) ? TokenStatus.Good : TokenStatus.UnknownIssuer;
    }

    public sealed class AllowMissingOrFailed : TokenRequirement
    {
        public override TokenStatus Verify(ProxyRequest request) => TokenStatus.Good;
    }

    public sealed class Any(TokenRequirement[] requirements) : TokenRequirement
    {
        public override TokenStatus Verify(ProxyRequest request)
        {
            var worst = TokenStatus.Good;
            foreach (var requirement in requirements)
            {
                var status = requirement.Verify(request);
                if (status == TokenStatus.Good) return status;
                worst = TokenStatuses.Worse(worst, status);
            }
            return worst;
        }
    }

    public sealed class All(TokenRequirement[] requirements) : TokenRequirement
    {
        public override TokenStatus Verify(ProxyRequest request)
        {
            foreach (var requirement in requirements)
                if (requirement.Verify(request) is var status and not TokenStatus.Good) return status;
            return TokenStatus.Good;
        }
    }
}
