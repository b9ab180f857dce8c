package dev.portcullis.http;

import java.util.Optional;
import java.util.Set;

/**
 * One row of the allowlist: an exact origin, {@code https://*.example.com} for subdomains of any depth (but not the
 * domain itself), or {@code http://localhost:*} for any port on this machine.
 */
public record AllowedOrigin(String scheme, String host, int port) {
    private static final int ANY_PORT = -1;
    private static final String ANY_SUBDOMAIN = "*.";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    public static Optional<AllowedOrigin> parse(String text) {
        int wildcard = text.indexOf("://" + ANY_SUBDOMAIN);
        if (wildcard >= 0) {
            int host = wildcard + 3;
            return WebOrigin.parse(text.substring(0, host) + text.substring(host + ANY_SUBDOMAIN.length()))
                    .filter(base ->
                            base.host().indexOf('.') > 0 && !isAddress(base.host())) // "*.com" would allow every origin
                    .map(base -> new AllowedOrigin(base.scheme(), ANY_SUBDOMAIN + base.host(), base.port()));
        }
        if (text.endsWith(":*")) {
            return WebOrigin.parse(text.substring(0, text.length() - 2))
                    .filter(base -> LOOPBACK.contains(base.host()))
                    .map(base -> new AllowedOrigin(base.scheme(), base.host(), ANY_PORT));
        }
        return WebOrigin.parse(text).map(exact -> new AllowedOrigin(exact.scheme(), exact.host(), exact.port()));
    }

    boolean admits(WebOrigin origin) {
        return scheme.equals(origin.scheme()) && (port == ANY_PORT || port == origin.port()) && admits(origin.host());
    }

    /** Compares with the leading dot, so that evilexample.com does not match; at least one label must precede it. */
    private boolean admits(String name) {
        return host.startsWith(ANY_SUBDOMAIN)
                ? name.length() > host.length() - 1 && name.endsWith(host.substring(1))
                : host.equals(name);
    }

    private static boolean isAddress(String host) {
        return host.startsWith("[") || IpAddress.parse(host).isPresent();
    }
}
