package dev.portcullis.store.redis;

import dev.portcullis.config.Loopback;
import java.net.URI;
import java.net.URISyntaxException;

/** Where one Redis listens. */
public record Endpoint(String host, int port) {
    private static final int STANDARD_PORT = 6379;

    /** As it stands in a URI: {@code host}, {@code host:6379} or {@code [::1]:6379}. */
    static Endpoint parse(String written) {
        int colon = written.lastIndexOf(':');
        boolean ported = colon > written.lastIndexOf(']') && colon >= 0;
        String host = ported ? written.substring(0, colon) : written;
        int port = ported ? Integer.parseInt(written.substring(colon + 1)) : STANDARD_PORT;
        return new Endpoint(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
    }

    /** The client wants a URI, and that of Java knows only host names of letters, digits and hyphens (RFC 1123, 2.1). */
    boolean isDialable() {
        try {
            return new URI("redis://" + this).getHost() != null;
        } catch (URISyntaxException undialable) {
            return false;
        }
    }

    boolean onLoopback() {
        return Loopback.isMeantBy(host);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
