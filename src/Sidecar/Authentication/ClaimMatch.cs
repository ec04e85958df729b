using System.Text.Json;
using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Authentication;

/// <summary>Envoy's MetadataMatcher on the payload of the request's verified token. A request without one has no claim.</summary>
internal sealed class ClaimMatch(string[] path, ClaimTest test, bool invert)
{
    public bool IsMatch(VerifiedToken? token) => (token?.Payload.Find(path) is { } value && test.IsMatch(value)) != invert;
}

/// <summary>Envoy's ValueMatcher, as far as claims need it. Only strings match a text: a number or boolean never does (Envoy).</summary>
internal abstract class ClaimTest
{
    public abstract bool IsMatch(ClaimValue value);

    public sealed class Present : ClaimTest
    {
        public override bool IsMatch(ClaimValue value) => true;
    }

    public sealed class Text(StringMatch match) : ClaimTest
    {
        public override bool IsMatch(ClaimValue value) => value.Kind == JsonTokenType.String && match.IsMatch(value.Text);
    }

    public sealed class Boolean(bool wanted) : ClaimTest
    {
        public override bool IsMatch(ClaimValue value) => value.Kind == (wanted ? JsonTokenType.True : JsonTokenType.False);
    }

    public sealed class AnyItem(ClaimTest test) : ClaimTest
    {
        public override bool IsMatch(ClaimValue value)
        {
            foreach (var item in value.Items)
                if (test.IsMatch(item)) return true;
            return false;
        }
    }

    public sealed class Either(ClaimTest[] tests) : ClaimTest
    {
        public override bool IsMatch(ClaimValue value)
        {
            foreach (var test in tests)
                if (test.IsMatch(value)) return true;
            return false;
        }
    }
}
