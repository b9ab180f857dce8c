package dev.portcullis.auth.session;

import dev.portcullis.auth.token.FlatJson;
import dev.portcullis.config.Json;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A session as a row of Redis: {@code 1 <order> <expiresAt> <incarnation> <details>}. Scripts read the fields before the
 * details, which are JSON. A later release may add to the details, and reads rows without what it added. Any other change needs
 * another version number.
 */
final class SessionRow {
    private static final String VERSION = "1";
    private static final int PARTS = 5;

    private SessionRow() {}

    /** The part that scripts do not read. */
    static String details(Session session) {
        Sender sender = session.sender();
        Map<String, Object> details = new LinkedHashMap<>();
        sender.username().ifPresent(name -> details.put("name", name));
        details.put("role", sender.role().id());
        details.put("rooms", sender.rooms());
        details.put("iss", session.issuer());
        details.put("jti", session.tokenId());
        details.put("iat", session.tokenIssuedAt());
        details.put("at", session.openedAt());
        details.put("node", session.owner().node());
        details.put("edge", session.owner().instance());
        details.put("ip", session.address());
        details.put("agent", session.userAgent());
        session.family().ifPresent(family -> details.put("sid", family));
        return Json.write(details);
    }

    /** Empty for a row of a version that this release doesn't know. */
    static Optional<Session> decode(UserId user, String id, String row) {
        String[] parts = row.split(" ", PARTS);
        return parts.length == PARTS && parts[0].equals(VERSION)
                ? FlatJson.parse(parts[4].getBytes(StandardCharsets.UTF_8))
                        .map(details -> session(user, id, Long.parseLong(parts[2]), parts[3], details))
                : Optional.empty();
    }

    /**
     * Decodes the sessions, and leaves out rows that this release does not know.
     *
     * @param flat each id, followed by its row
     */
    static List<Session> decode(UserId user, Response flat, int from) {
        return IntStream.iterate(from, i -> i < flat.size(), i -> i + 2)
                .mapToObj(i ->
                        decode(user, flat.get(i).toString(), flat.get(i + 1).toString()))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Session session(UserId user, String id, long expiresAt, String incarnation, FlatJson details) {
        return new Session(
                new Sender(
                        user,
                        details.text("name"),
                        details.text("role").flatMap(Role::of).orElse(Role.MEMBER),
                        details.texts("rooms"),
                        id),
                text(details, "iss"),
                text(details, "jti"),
                number(details, "iat"),
                number(details, "at"),
                expiresAt,
                new SessionOwner(text(details, "node"), incarnation, (int) number(details, "edge")),
                text(details, "ip"),
                text(details, "agent"),
                details.text("sid"));
    }

    private static String text(FlatJson details, String name) {
        return details.text(name).orElse("");
    }

    private static long number(FlatJson details, String name) {
        return details.number(name).map(Double::longValue).orElse(0L);
    }
}
