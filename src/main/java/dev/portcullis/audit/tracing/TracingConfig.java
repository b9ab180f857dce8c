package dev.portcullis.audit.tracing;

import dev.portcullis.config.Pem;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The section {@code tracing}.
 *
 * @param oneIn of so many frames and calls one begins a trace
 * @param headers of each request to the collector
 * @param followsCallers whether a caller's {@code traceparent} is continued
 * @param queue the spans that may wait to be sent
 */
public record TracingConfig(
        boolean enabled,
        URI endpoint,
        Map<String, Secret> headers,
        Optional<Pem> authorities,
        int oneIn,
        boolean followsCallers,
        String serviceName,
        int queue,
        long timeoutMs) {
    private static final String DEFAULT_ENDPOINT = "http://127.0.0.1:4318/v1/traces";
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public static TracingConfig read(Section tracing) {
        return new TracingConfig(
                tracing.basic()
                        .flag(
                                "enabled",
                                false,
                                "whether traces are sent to a collector of OpenTelemetry (OTLP over HTTP)"),
                endpoint(tracing),
                tracing.secretTable(
                        "headers",
                        HEADER,
                        "object of secrets",
                        "headers of each request to the collector, such as Authorization",
                        value -> Optional.of(new Secret(value))),
                tracing.pem(
                        "ca",
                        Pem.Content.CERTIFICATE,
                        "path of a PEM file with the authorities to trust instead of the JDK's"),
                tracing.basic()
                        .integer(
                                "oneIn",
                                100,
                                1,
                                1_000_000,
                                "of so many frames and calls one begins a trace; all nodes follow the decision of the first"),
                tracing.flag(
                        "followCallers",
                        false,
                        "whether the traceparent of a client's HTTP call is continued; if so, a client decides what is"
                                + " traced: only behind a proxy that sets it (CWE-770)"),
                tracing.text("serviceName", "portcullis", SERVICE, "the name of the service in its traces"),
                tracing.integer(
                        "queue",
                        4_096,
                        512,
                        100_000,
                        "spans that wait for the collector, about 1 KB each; further ones are dropped"),
                tracing.millis("timeoutMs", 5_000, 100, 30_000, "how long the collector may take for one request"));
    }

    /** Only this machine may be reached without TLS: what a node does, and its headers, are no one's business on the way. */
    private static URI endpoint(Section tracing) {
        String text = tracing.basic()
                .text(
                        "endpoint",
                        DEFAULT_ENDPOINT,
                        "URL that takes spans, usually with the path /v1/traces: https, or http to this machine");
        try {
            URI uri = new URI(text);
            boolean known = uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawFragment() == null;
            boolean plain = "http".equals(uri.getScheme()) && THIS_MACHINE.contains(uri.getHost());
            if (known && ("https".equals(uri.getScheme()) || plain)) {
                return uri;
            }
        } catch (URISyntaxException noUrl) {
            // told below, like a URL of another form
        }
        tracing.problem(
                "endpoint", "is no URL of a collector", "write https://…, or http:// and this machine (CWE-319)");
        return URI.create(DEFAULT_ENDPOINT);
    }
}
