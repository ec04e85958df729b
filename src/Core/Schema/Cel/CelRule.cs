namespace Mesh.Core.Schema.Cel;

/// <summary>
/// One rule the Kubernetes API server checks itself (<c>x-kubernetes-validations</c>): an expression that must be true of
/// <c>self</c>, the reason when it is not, and the field to blame where that is not <c>self</c>.
/// </summary>
/// <param name="Rule">In CEL. Its estimated cost times the number of places it can stand in must fit the server's budget.</param>
/// <param name="Message">A clause as in <see cref="Validation.Diagnostic"/>, without a line break.</param>
/// <param name="Field">Relative to <c>self</c>, without a dot; null: <c>self</c>.</param>
/// <param name="MostPlaces">Left out where lists and maps around it allow more places than this, because the budget would not do; the mesh's
/// own validation still has it.</param>
internal sealed record CelRule(string Rule, string Message, string? Field = null, int MostPlaces = int.MaxValue);
