package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.config.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A parsed address of Redis: {@code rediss://user:password@one:6379,two:6379}. */
record RedisUri(boolean tls, RedisCredentials credentials, List<HostPort> endpoints) {
    private static final int STANDARD_PORT = 6379;
    private static final String HOST = "(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::\\d{1,5})?";

    private static final String ESCAPED = "%[0-9A-Fa-f]{2}";

    static final Pattern FORM = Pattern.compile("(?<scheme>rediss?)://(?:(?<user>(?:[^:@/%]|" + ESCAPED
            + ")*+)(?::(?<password>(?:[^@/%]|" + ESCAPED + ")*+))?@)?(?<hosts>" + HOST + "(?:," + HOST + ")*)(?:/0?)?");

    static final String FORM_TEXT =
            "redis://[user:password@]host[:port][,host...] (rediss:// for TLS; in user and password"
                    + " % as %25, / as %2F and @ as %40)";

    static RedisUri parse(String uri) {
        Matcher parts = FORM.matcher(uri);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not an address of Redis");
        }
        return new RedisUri(
                parts.group("scheme").equals("rediss"),
                new RedisCredentials(
                        part(parts, "user"), part(parts, "password").map(Secret::new)),
                Stream.of(parts.group("hosts").split(","))
                        .map(host -> HostPort.parse(host, STANDARD_PORT))
                        .toList());
    }

    /**
     * Whether the client can use this host: it parses a {@link URI}, whose host names consist of letters, digits and hyphens (RFC
     * 1123, 2.1).
     */
    static boolean isValidHost(HostPort server) {
        try {
            return new URI("redis://" + server).getHost() != null;
        } catch (URISyntaxException invalid) {
            return false;
        }
    }

    private static Optional<String> part(Matcher parts, String name) {
        return Optional.ofNullable(parts.group(name))
                .filter(text -> !text.isEmpty())
                .map(text -> URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8));
    }
}
