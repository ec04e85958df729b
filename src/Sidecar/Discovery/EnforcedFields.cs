using System.Collections;
using System.Collections.Frozen;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Common.Fault.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Extensions.Filters.Http.JwtAuthn.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using CorsPolicy = Envoy.Extensions.Filters.Http.Cors.V3.CorsPolicy;
using XdsRoute = Envoy.Config.Route.V3.Route;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;
using UpstreamOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;

namespace Mesh.Sidecar.Discovery;

/// <summary>
/// Refuses a resource that sets a field this proxy does nothing with, wherever in the resource it is. The table lists what is enforced, and
/// beside it what has no meaning for any proxy but Envoy (names of statistics, sources of configuration); a field that is added to the
/// schema is refused until it is listed here. A value that is not enforced of a field that is (an algorithm, say) is the decoders' to refuse.
/// </summary>
internal static class EnforcedFields
{
    private const string Mutations = "request_headers_to_add request_headers_to_remove response_headers_to_add response_headers_to_remove";

    private static readonly FrozenDictionary<MessageDescriptor, FrozenSet<int>> Known = new Dictionary<MessageDescriptor, FrozenSet<int>>
    {
        [Listener.Descriptor] = Of(Listener.Descriptor,
            "name address filter_chains default_filter_chain metadata traffic_direction use_original_dst transparent bind_to_port stat_prefix listener_filters"),
        [FilterChain.Descriptor] = Of(FilterChain.Descriptor, "name filter_chain_match filters transport_socket metadata"),
        [FilterChainMatch.Descriptor] = Of(FilterChainMatch.Descriptor, "transport_protocol server_names prefix_ranges"),
        [HttpConnectionManager.Descriptor] = Of(HttpConnectionManager.Descriptor,
            "codec_type stat_prefix rds route_config http_filters use_remote_address generate_request_id forward_client_cert_details "
            + "set_current_client_cert_details normalize_path merge_slashes path_with_escaped_slashes_action strip_any_host_port strip_trailing_host_dot "
            + "stream_idle_timeout http_protocol_options upgrade_configs server_name server_header_transformation"),
        [HttpConnectionManager.Types.UpgradeConfig.Descriptor] = Of(HttpConnectionManager.Types.UpgradeConfig.Descriptor, "upgrade_type enabled"),
        [HttpFilter.Descriptor] = Of(HttpFilter.Descriptor, "name typed_config is_optional disabled"),
        [HttpConnectionManager.Types.SetCurrentClientCertDetails.Descriptor] =
            Of(HttpConnectionManager.Types.SetCurrentClientCertDetails.Descriptor, "cert subject dns uri"),
        [TcpProxy.Descriptor] = Of(TcpProxy.Descriptor, "stat_prefix cluster weighted_clusters idle_timeout max_connect_attempts max_downstream_connection_duration"),
        [TcpProxy.Types.WeightedCluster.Types.ClusterWeight.Descriptor] =
            Of(TcpProxy.Types.WeightedCluster.Types.ClusterWeight.Descriptor, "name weight"),
        [RouteConfiguration.Descriptor] = Of(RouteConfiguration.Descriptor,
            $"name virtual_hosts ignore_port_in_host_matching metadata validate_clusters most_specific_header_mutations_wins "
            + $"max_direct_response_body_size_bytes request_mirror_policies typed_per_filter_config {Mutations}"),
        [VirtualHost.Descriptor] = Of(VirtualHost.Descriptor,
            $"name domains routes retry_policy include_request_attempt_count include_attempt_count_in_response require_tls per_request_buffer_limit_bytes metadata "
            + $"request_mirror_policies typed_per_filter_config {Mutations}"),
        [XdsRoute.Descriptor] = Of(XdsRoute.Descriptor,
            $"name match route redirect direct_response metadata stat_prefix per_request_buffer_limit_bytes typed_per_filter_config {Mutations}"),
        [RouteMatch.Descriptor] = Of(RouteMatch.Descriptor,
            "prefix path safe_regex path_separated_prefix case_sensitive runtime_fraction headers query_parameters grpc dynamic_metadata"),
        [RouteAction.Descriptor] = Of(RouteAction.Descriptor,
            "cluster weighted_clusters prefix_rewrite regex_rewrite host_rewrite_literal auto_host_rewrite timeout retry_policy max_grpc_timeout "
            + "request_mirror_policies grpc_timeout_offset idle_timeout max_stream_duration hash_policy"),
        [WeightedCluster.Descriptor] = Of(WeightedCluster.Descriptor, "clusters"),
        [WeightedCluster.Types.ClusterWeight.Descriptor] =
            Of(WeightedCluster.Types.ClusterWeight.Descriptor, $"name weight host_rewrite_literal {Mutations}"),
        [RetryPolicy.Descriptor] = Of(RetryPolicy.Descriptor,
            "retry_on num_retries per_try_timeout per_try_idle_timeout retriable_status_codes retriable_headers retriable_request_headers retry_back_off "
            + "rate_limited_retry_back_off retry_host_predicate host_selection_retry_max_attempts retry_priority"),
        [RouteAction.Types.HashPolicy.Descriptor] =
            Of(RouteAction.Types.HashPolicy.Descriptor, "header cookie connection_properties query_parameter terminal"),
        [RouteAction.Types.HashPolicy.Types.Header.Descriptor] = Of(RouteAction.Types.HashPolicy.Types.Header.Descriptor, "header_name"),
        [RedirectAction.Descriptor] = Of(RedirectAction.Descriptor,
            "https_redirect scheme_redirect host_redirect port_redirect path_redirect prefix_rewrite regex_rewrite response_code strip_query"),
        // trace_sampled is for tracers.
        [RouteAction.Types.RequestMirrorPolicy.Descriptor] = Of(RouteAction.Types.RequestMirrorPolicy.Descriptor,
            "cluster runtime_fraction trace_sampled disable_shadow_host_suffix_append"),
        [JwtAuthentication.Descriptor] = Of(JwtAuthentication.Descriptor, "providers rules bypass_cors_preflight strip_failure_response"),
        // The payload's place in the metadata has one reader, and the cache is always there.
        [JwtProvider.Descriptor] = Of(JwtProvider.Descriptor,
            "issuer audiences local_jwks forward from_headers from_params forward_payload_header payload_in_metadata clock_skew_seconds jwt_cache_config from_cookies "
            + "claim_to_headers clear_route_cache normalize_payload_in_metadata"),
        [HTTPFault.Descriptor] = Of(HTTPFault.Descriptor, "delay abort headers downstream_nodes max_active_faults"),
        [FaultAbort.Descriptor] = Of(FaultAbort.Descriptor, "http_status grpc_status header_abort percentage"),
        [FaultDelay.Descriptor] = Of(FaultDelay.Descriptor, "fixed_delay header_delay percentage"),
        [CorsPolicy.Descriptor] = Of(CorsPolicy.Descriptor,
            "allow_origin_string_match allow_methods allow_headers expose_headers max_age allow_credentials filter_enabled allow_private_network_access "
            + "forward_not_matching_preflights"),
        [HeaderValue.Descriptor] = Of(HeaderValue.Descriptor, "key value"),
        [HeaderValueOption.Descriptor] = Of(HeaderValueOption.Descriptor, "header append append_action keep_empty_value"),
        [XdsCluster.Descriptor] = Of(XdsCluster.Descriptor,
            "name type eds_cluster_config dns_refresh_rate dns_lookup_family connect_timeout lb_policy least_request_lb_config round_robin_lb_config original_dst_lb_config load_assignment "
            + "circuit_breakers http_protocol_options http2_protocol_options typed_extension_protocol_options common_lb_config transport_socket "
            + "transport_socket_matches metadata alt_stat_name outlier_detection ring_hash_lb_config maglev_lb_config "
            + "upstream_connection_options"),
        [XdsCluster.Types.EdsClusterConfig.Descriptor] = Of(XdsCluster.Types.EdsClusterConfig.Descriptor, "eds_config service_name"),
        [XdsCluster.Types.LeastRequestLbConfig.Descriptor] = Of(XdsCluster.Types.LeastRequestLbConfig.Descriptor, "choice_count slow_start_config"),
        [XdsCluster.Types.RoundRobinLbConfig.Descriptor] = Of(XdsCluster.Types.RoundRobinLbConfig.Descriptor, "slow_start_config"),
        [RuntimeDouble.Descriptor] = Of(RuntimeDouble.Descriptor, "default_value runtime_key"),
        [XdsCluster.Types.RingHashLbConfig.Descriptor] = Of(XdsCluster.Types.RingHashLbConfig.Descriptor, "minimum_ring_size maximum_ring_size"),
        [XdsCluster.Types.OriginalDstLbConfig.Descriptor] = Of(XdsCluster.Types.OriginalDstLbConfig.Descriptor, ""),
        [XdsCluster.Types.CommonLbConfig.Descriptor] = Of(XdsCluster.Types.CommonLbConfig.Descriptor,
            "healthy_panic_threshold zone_aware_lb_config locality_weighted_lb_config"),
        [XdsCluster.Types.CommonLbConfig.Types.ZoneAwareLbConfig.Descriptor] =
            Of(XdsCluster.Types.CommonLbConfig.Types.ZoneAwareLbConfig.Descriptor, "min_cluster_size fail_traffic_on_panic"),
        [OutlierDetection.Descriptor] = Of(OutlierDetection.Descriptor,
            "consecutive_5xx interval base_ejection_time max_ejection_percent enforcing_consecutive_5xx enforcing_success_rate success_rate_minimum_hosts "
            + "success_rate_request_volume success_rate_stdev_factor consecutive_gateway_failure enforcing_consecutive_gateway_failure "
            + "split_external_local_origin_errors consecutive_local_origin_failure enforcing_consecutive_local_origin_failure "
            + "enforcing_local_origin_success_rate failure_percentage_threshold enforcing_failure_percentage "
            + "enforcing_failure_percentage_local_origin failure_percentage_minimum_hosts failure_percentage_request_volume max_ejection_time "
            + "max_ejection_time_jitter always_eject_one_host"),
        [UpstreamConnectionOptions.Descriptor] = Of(UpstreamConnectionOptions.Descriptor, "tcp_keepalive"),
        [CircuitBreakers.Descriptor] = Of(CircuitBreakers.Descriptor, "thresholds"),
        [CircuitBreakers.Types.Thresholds.Descriptor] =
            Of(CircuitBreakers.Types.Thresholds.Descriptor, "priority max_connections max_pending_requests max_requests max_retries retry_budget track_remaining"),
        [UpstreamOptions.Descriptor] = Of(UpstreamOptions.Descriptor,
            "common_http_protocol_options explicit_http_config use_downstream_protocol_config auto_config outlier_detection "
            + "upstream_http_protocol_options"),
        [UpstreamHttpProtocolOptions.Descriptor] = Of(UpstreamHttpProtocolOptions.Descriptor, "auto_sni auto_san_validation"),
        [HttpProtocolOptions.Descriptor] = Of(HttpProtocolOptions.Descriptor,
            "idle_timeout max_connection_duration max_requests_per_connection"),
        [Http1ProtocolOptions.Descriptor] = Of(Http1ProtocolOptions.Descriptor, "accept_http_10"),
        [Http2ProtocolOptions.Descriptor] = Of(Http2ProtocolOptions.Descriptor, "max_concurrent_streams"),
        [UpstreamTlsContext.Descriptor] = Of(UpstreamTlsContext.Descriptor, "common_tls_context sni"),
        [DownstreamTlsContext.Descriptor] = Of(DownstreamTlsContext.Descriptor, "common_tls_context require_client_certificate"),
        [CommonTlsContext.Descriptor] = Of(CommonTlsContext.Descriptor,
            "tls_params tls_certificate_sds_secret_configs validation_context_sds_secret_config combined_validation_context alpn_protocols "
            + "tls_certificates validation_context"),
        [TlsCertificate.Descriptor] = Of(TlsCertificate.Descriptor, "certificate_chain private_key"),
        [CommonTlsContext.Types.CombinedCertificateValidationContext.Descriptor] =
            Of(CommonTlsContext.Types.CombinedCertificateValidationContext.Descriptor, "default_validation_context validation_context_sds_secret_config"),
        [CertificateValidationContext.Descriptor] =
            Of(CertificateValidationContext.Descriptor,
                "trusted_ca system_root_certs crl match_typed_subject_alt_names match_subject_alt_names verify_certificate_spki verify_certificate_hash"),
        [TlsParameters.Descriptor] = Of(TlsParameters.Descriptor, "tls_minimum_protocol_version tls_maximum_protocol_version cipher_suites"),
    }.ToFrozenDictionary();

    /// <summary>
    /// Throws <see cref="InvalidResourceException"/> naming the first field, by its path, that would be without effect. <paramref name="path"/> is
    /// where <paramref name="message"/> stands, if in another one, and <paramref name="index"/> which one it is there.
    /// </summary>
    public static void Check(IMessage message, string path = "", int index = 0)
    {
        if (FindUnknown(message) is { } found) throw InvalidResourceException.Unsupported(path.Length == 0 ? found : $"{path}[{index}].{found}");
    }

    // The path is put together on the way back: nearly always there is nothing to name.
    private static string? FindUnknown(IMessage message)
    {
        var known = Known.GetValueOrDefault(message.Descriptor);
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (!IsSet(message, field, out var value)) continue;
            if (known?.Contains(field.FieldNumber) == false) return field.Name;
            if (field.FieldType == FieldType.Message && !IsLeaf(field.MessageType) && FindUnknownIn(value) is { } inner) return field.Name + inner;
        }
        return null;
    }

    private static string? FindUnknownIn(object? value)
    {
        if (value is IMessage message) return FindUnknown(message) is { } found ? $".{found}" : null;
        if (value is IList list)
        {
            for (var i = 0; i < list.Count; i++)
                if (FindUnknownIn(list[i]) is { } inner) return $"[{i}]{inner}";
        }
        else if (value is IDictionary map)
        {
            foreach (DictionaryEntry entry in map)
                if (FindUnknownIn(entry.Value) is { } inner) return $"[{entry.Key}]{inner}";
        }
        return null;
    }

    private static bool IsSet(IMessage message, FieldDescriptor field, out object? value)
    {
        value = null;
        if (field.HasPresence && !field.Accessor.HasValue(message)) return false;
        value = field.Accessor.GetValue(message);
        return value switch
        {
            null => false,
            ICollection collection => collection.Count > 0,
            _ when field.HasPresence => true,
            string text => text.Length > 0,
            ByteString bytes => bytes.Length > 0,
            bool flag => flag,
            Enum constant => Convert.ToInt32(constant, System.Globalization.CultureInfo.InvariantCulture) != 0,
            IConvertible number => number.ToDouble(System.Globalization.CultureInfo.InvariantCulture) != 0,
            _ => true,
        };
    }

    // Durations, wrappers, structures and packed messages say nothing by themselves; endpoints are many and their decoder reads all of them.
    private static bool IsLeaf(MessageDescriptor type) => type.File.Package == "google.protobuf" || type.FullName == "envoy.config.endpoint.v3.ClusterLoadAssignment";

    private static FrozenSet<int> Of(MessageDescriptor type, string fields) => fields.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(name => type.FindFieldByName(name)?.FieldNumber ?? throw new InvalidOperationException($"{type.FullName} has no field {name}"))
        .ToFrozenSet();
}
