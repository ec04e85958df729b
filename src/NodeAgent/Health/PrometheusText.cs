using System.Globalization;
using System.Text;

namespace Mesh.NodeAgent.Health;

/// <summary>Writes the Prometheus text format (version 0.0.4).</summary>
internal sealed class PrometheusText
{
    private readonly StringBuilder _text = new();

    public PrometheusText Counter(string name, string help, double value) => Metric(name, "counter", help, value);

    public PrometheusText Gauge(string name, string help, double value) => Metric(name, "gauge", help, value);

    public override string ToString() => _text.ToString();

    private PrometheusText Metric(string name, string type, string help, double value)
    {
        _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        _text.Append(name).Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
        return this;
    }
}
