package dev.portcullis.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;

/** Decides whether a request came over TLS to this server or to a trusted proxy. */
public final class TransportSecurity {
    private final ClientAddress proxies;

    public TransportSecurity(ClientAddress proxies) {
        this.proxies = proxies;
    }

    /** @param tls whether the connection of the request has TLS */
    public boolean isSecure(boolean tls, HttpServerRequest request) {
        return proxies.forwarder(request)
                .map(peer -> isSecure(tls, peer, request.headers().getAll("X-Forwarded-Proto")))
                .orElse(tls);
    }

    /** The last value counts, since the nearest proxy wrote it. */
    boolean isSecure(boolean tls, IpAddress peer, List<String> forwardedProto) {
        if (tls || forwardedProto.isEmpty() || !proxies.isTrusted(peer)) {
            return tls;
        }
        String line = forwardedProto.get(forwardedProto.size() - 1);
        String nearest = line.substring(line.lastIndexOf(',') + 1).strip();
        return nearest.toLowerCase(Locale.ROOT).equals("https");
    }
}
