package dev.portcullis.http.outgoing;

import dev.portcullis.http.AddressRange;
import dev.portcullis.http.IpAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A URL that the configuration names: https, or http to this host. Parsed strictly, so that no two parsers can read two
 * hosts in it (CWE-918).
 *
 * @param host a name in lower case, or an address without brackets
 * @param literal the address, if the host is one
 * @param target path and query
 */
public record OutgoingUrl(boolean secure, String host, Optional<IpAddress> literal, int port, String target) {
    private static final int LONGEST = 2_048;
    private static final int LONGEST_HOST = 253;
    private static final int MAX_PORT = 65_535;
    private static final Pattern ASCII = Pattern.compile("[\\x21-\\x7e]+");
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*");

    /** Such as {@code 1} or {@code 0x7f}: resolvers read a host that ends in one as an address (WHATWG URL). */
    private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)");

    private static final List<AddressRange> LOOPBACK = Stream.of("127.0.0.0/8", "::1")
            .map(AddressRange::parse)
            .map(Optional::orElseThrow)
            .toList();

    public static Optional<OutgoingUrl> parse(String text) {
        if (text.length() > LONGEST || !ASCII.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return of(new URI(text));
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }

    private static Optional<OutgoingUrl> of(URI uri) {
        boolean secure = "https".equals(uri.getScheme());
        String host = uri.getHost(); // null where the authority has no strict form
        if (host == null || uri.getRawAuthority().indexOf('@') >= 0 || uri.getRawFragment() != null) {
            return Optional.empty();
        }
        int port = uri.getPort() < 0 ? (secure ? 443 : 80) : uri.getPort();
        if (port == 0 || port > MAX_PORT || uri.getRawAuthority().endsWith(":")) {
            return Optional.empty();
        }
        boolean bracketed = host.startsWith("[");
        String bare = (bracketed ? host.substring(1, host.length() - 1) : host).toLowerCase(Locale.ROOT);
        Optional<IpAddress> literal = IpAddress.parse(bare);
        OutgoingUrl url = new OutgoingUrl(secure, bare, literal, port, target(uri));
        boolean known = (bracketed || isNumeric(bare)) ? literal.isPresent() : isName(bare);
        boolean plain = "http".equals(uri.getScheme()) && url.isLoopback();
        return known && (secure || plain) ? Optional.of(url) : Optional.empty();
    }

    /** Whether the host says by itself that it is this machine. */
    boolean isLoopback() {
        return literal.map(OutgoingUrl::isLoopback).orElse(host.equals("localhost"));
    }

    static boolean isLoopback(IpAddress address) {
        return LOOPBACK.stream().anyMatch(range -> range.contains(address));
    }

    /** The value of the header {@code Host}. */
    String authority() {
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return port == (secure ? 443 : 80) ? name : name + ":" + port;
    }

    private static String target(URI uri) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private static boolean isNumeric(String host) {
        return ENDS_IN_NUMBER.matcher(host).matches();
    }

    private static boolean isName(String host) {
        return host.length() <= LONGEST_HOST && NAME.matcher(host).matches();
    }
}
