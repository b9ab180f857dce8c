package dev.portcullis.store.redis;

import dev.portcullis.config.Loopback;

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

    boolean onLoopback() {
        return Loopback.isMeantBy(host);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
