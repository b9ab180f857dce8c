package dev.portcullis.http;

import java.util.List;
import java.util.Locale;

/** Whether a request came over TLS, as far as we or a proxy that we trust can tell. */
public final class TransportSecurity {
    private final ClientAddress proxies;

    public TransportSecurity(ClientAddress proxies) {
        this.proxies = proxies;
    }

    /** Of several values the last counts: the nearest proxy wrote it. */
    public boolean isSecure(boolean tls, IpAddress peer, List<String> forwardedProto) {
        if (tls || forwardedProto.isEmpty() || !proxies.isTrusted(peer)) {
            return tls;
        }
        String line = forwardedProto.get(forwardedProto.size() - 1);
        String nearest = line.substring(line.lastIndexOf(',') + 1).strip();
        return nearest.toLowerCase(Locale.ROOT).equals("https");
    }
}
