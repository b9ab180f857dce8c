package dev.portcullis.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The gauges of a node's connections. The connection that requests them is always included. */
public record Gauges(Map<String, Double> values) {
    /** The value of {@code admin.apiKey} in such tests. */
    public static final String KEY = "a key for operators";

    private static final Pattern HELD =
            Pattern.compile("(portcullis_connections|portcullis_connection_slots|portcullis_unauthenticated_connections"
                    + "|portcullis_connection_addresses|portcullis_pending_connections|portcullis_sessions"
                    + "|portcullis_session_ends_pending|vertx_http_server_active_requests"
                    + "|vertx_http_server_active_connections|vertx_http_server_active_ws_connections)"
                    + "(?:\\{.*})? (\\S+)");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static Gauges of(TestNode node) {
        Map<String, Double> values = new TreeMap<>();
        scrape(node).lines().map(HELD::matcher).filter(Matcher::matches).forEach(gauge -> {
            double value = Double.parseDouble(gauge.group(2));
            if (value != 0) { // some series appear only after their first use
                values.merge(gauge.group(1), value, Double::sum);
            }
        });
        return new Gauges(values);
    }

    /** All metrics of a node as text. */
    public static String scrape(TestNode node) {
        try {
            HttpRequest request = HttpRequest.newBuilder(node.admin("/metrics"))
                    .header("Authorization", "Bearer " + KEY)
                    .build();
            return CLIENT.send(request, BodyHandlers.ofString()).body();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }
}
