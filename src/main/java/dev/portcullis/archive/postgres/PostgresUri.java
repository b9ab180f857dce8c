package dev.portcullis.archive.postgres;

import dev.portcullis.config.HostPort;
import dev.portcullis.config.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A parsed address of PostgreSQL: {@code postgresql://user:password@one:5432,two:5432/database}. */
record PostgresUri(Optional<String> user, Optional<Secret> password, List<HostPort> servers, String database) {
    private static final int STANDARD_PORT = 5432;
    private static final String HOST = "(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::\\d{1,5})?";
    private static final String ESCAPED = "%[0-9A-Fa-f]{2}";

    static final Pattern FORM = Pattern.compile("postgres(?:ql)?://(?:(?<user>(?:[^:@/%]|" + ESCAPED
            + ")*+)(?::(?<password>(?:[^@/%]|" + ESCAPED + ")*+))?@)?(?<hosts>" + HOST + "(?:," + HOST
            + ")*)/(?<database>[A-Za-z0-9_][A-Za-z0-9_.-]{0,62})");

    static final String FORM_TEXT =
            "postgresql://[user:password@]host[:port][,host...]/database (in user and password % as %25, / as %2F and @ as"
                    + " %40)";

    static PostgresUri parse(String uri) {
        Matcher parts = FORM.matcher(uri);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not an address of PostgreSQL");
        }
        return new PostgresUri(
                part(parts, "user"),
                part(parts, "password").map(Secret::new),
                Stream.of(parts.group("hosts").split(",", -1))
                        .map(host -> HostPort.parse(host, STANDARD_PORT))
                        .toList(),
                parts.group("database"));
    }

    private static Optional<String> part(Matcher parts, String name) {
        return Optional.ofNullable(parts.group(name))
                .filter(text -> !text.isEmpty())
                .map(text -> URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8));
    }
}
