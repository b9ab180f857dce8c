package dev.portcullis.http;

import java.util.List;
import java.util.Locale;

/** Decides whether a request came over TLS to this server or to a trusted proxy. */
public final class TransportSecurity {
    private final ClientAddress proxies;

    public TransportSecurity(ClientAddress proxies) {
        this.proxies = proxies;
    }

    /** The last value counts, since the nearest proxy wrote it. */
    public boolean isSecure(boolean tls, IpAddress peer, List<String> forwardedProto) {
        if (tls || forwardedProto.isEmpty() || !proxies.isTrusted(peer)) {
            return tls;
        }
        String line = forwardedProto.get(forwardedProto.size() - 1);
        String nearest = line.substring(line.lastIndexOf(',') + 1).strip();
        return nearest.toLowerCase(Locale.ROOT).equals("https");
    }
}
