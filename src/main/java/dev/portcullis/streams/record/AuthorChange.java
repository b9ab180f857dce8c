package dev.portcullis.streams.record;

import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredMessage;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Replaces the author of rows. The body is JSON that this server wrote: a quote inside a text has a backslash before it, so the
 * field can't be found within one.
 */
public record AuthorChange(UserId from, UserId to) {
    private static final String USERNAME = ",\"username\":\"";

    /** The changed row; empty if it does not name this user, neither as the author nor as the one who deleted it. */
    public Optional<EntryRow> apply(EntryRow row) {
        String body = new String(row.entry().body(), StandardCharsets.UTF_8);
        boolean deletedBy = DeliveredMessage.isDeletion(row.entry().body()) && body.contains(field(from));
        return row.message().filter(any -> row.isOf(from) || deletedBy).map(any -> {
            EntryRow changed = row.saying(body(body).getBytes(StandardCharsets.UTF_8));
            return row.isOf(from) ? changed.by(to) : changed;
        });
    }

    private String body(String body) {
        String was = field(from);
        int at = body.indexOf(was);
        return at < 0 ? body : body.substring(0, at) + field(to) + withoutUsername(body.substring(at + was.length()));
    }

    /** Removes the name, which stands right behind the author. */
    private static String withoutUsername(String rest) {
        if (!rest.startsWith(USERNAME)) {
            return rest;
        }
        int end = USERNAME.length();
        while (rest.charAt(end) != '"') {
            end += rest.charAt(end) == '\\' ? 2 : 1;
        }
        return rest.substring(end + 1);
    }

    private static String field(UserId user) {
        return "\"userId\":\"" + user.value() + '"';
    }
}
