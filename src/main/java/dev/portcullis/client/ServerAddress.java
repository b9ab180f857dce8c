package dev.portcullis.client;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/** The parsed address of a server. */
public record ServerAddress(String host, int port, boolean tls, String target) {
    private static final String DEFAULT_PATH = "/ws";
    private static final int LAST_PORT = 65_535;
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");

    /** Throws {@link IllegalArgumentException} with a message for the user. */
    public static ServerAddress of(String url) {
        URI uri = URI.create(url);
        boolean tls = "wss".equalsIgnoreCase(uri.getScheme());
        if (!tls && !"ws".equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException("the address must begin with ws:// or wss://");
        }
        // RFC 6455 3 knows neither a user nor a fragment; credentials in an address end up in histories (CWE-522).
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("the address must look like ws://host:port/ws");
        }
        if (uri.getPort() == 0 || uri.getPort() > LAST_PORT) {
            throw new IllegalArgumentException("a port is a number from 1 to " + LAST_PORT);
        }
        int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
        return new ServerAddress(withoutBrackets(uri.getHost()), port, tls, path(uri) + query(uri));
    }

    /** Whether it is on this machine. Names are not looked up: an answer could be forged (CWE-350). */
    public boolean isLocal() {
        return host.equalsIgnoreCase("localhost")
                || host.equals("::1")
                || LOOPBACK.matcher(host).matches();
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static String path(URI uri) {
        return Optional.ofNullable(uri.getRawPath())
                .filter(path -> !path.isEmpty())
                .orElse(DEFAULT_PATH);
    }

    private static String query(URI uri) {
        return Optional.ofNullable(uri.getRawQuery()).map(query -> "?" + query).orElse("");
    }

    /** Leaves out the query, which may hold a token (CWE-532). */
    @Override
    public String toString() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return (tls ? "wss://" : "ws://") + name + ":" + port + target.split("\\?", 2)[0];
    }
}
