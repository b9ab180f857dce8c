package dev.portcullis.audit.analysis;

import dev.portcullis.config.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What patterns look at in a line of an audit file; empty text for a field that it does not have.
 *
 * @param at in milliseconds since 1970
 * @param count of the events that the line stands for
 */
public record AuditLine(long at, String event, String user, String address, String reason, String detail, long count) {
    /** No line stands for more, so that sums of what was written into a file by others stay numbers. */
    private static final long MOST = 1_000_000_000;

    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** Empty if it is no line of a chain. */
    static Optional<AuditLine> read(byte[] bytes) {
        try {
            return Json.parseWithoutComments(new String(bytes, StandardCharsets.ISO_8859_1)) instanceof Map<?, ?> fields
                    ? read(fields)
                    : Optional.empty();
        } catch (IOException | DateTimeException noLine) {
            return Optional.empty();
        }
    }

    private static Optional<AuditLine> read(Map<?, ?> fields) {
        String event = text(fields, "event");
        String timestamp = text(fields, "timestamp");
        if (event.isEmpty() || timestamp.isEmpty()) {
            return Optional.empty();
        }
        Instant at = Instant.parse(timestamp);
        if (at.isBefore(EARLIEST) || at.isAfter(LATEST)) {
            return Optional.empty();
        }
        return Optional.of(new AuditLine(
                at.toEpochMilli(),
                event,
                text(fields, "userId"),
                text(fields, "ip"),
                text(fields, "reason"),
                text(fields, "detail"),
                fields.get("count") instanceof Long count ? Math.min(MOST, Math.max(1, count)) : 1));
    }

    /** The same line, of a network whose addresses one client has: for IPv6 it may use each but once. */
    AuditLine from(String network) {
        return new AuditLine(at, event, user, network, reason, detail, count);
    }

    private static String text(Map<?, ?> fields, String name) {
        return fields.get(name) instanceof String text ? text : "";
    }
}
