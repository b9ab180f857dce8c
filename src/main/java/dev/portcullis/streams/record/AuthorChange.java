package dev.portcullis.streams.record;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.StreamEntry;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Replaces the author of rows. The body is JSON that this server wrote: a quote inside a text has a backslash before it, so the
 * field can't be found within one.
 */
public record AuthorChange(UserId from, UserId to) {
    private static final String USERNAME = ",\"username\":\"";

    /** The changed row; empty if the row is not of this author. */
    public Optional<EntryRow> apply(EntryRow row) {
        return row.message().filter(any -> row.isOf(from)).map(of -> {
            StreamEntry entry = row.entry();
            return new EntryRow(
                    row.stored(),
                    new StreamEntry(
                            entry.stream(),
                            entry.position(),
                            entry.timestamp(),
                            body(new String(entry.body(), StandardCharsets.UTF_8))
                                    .getBytes(StandardCharsets.UTF_8),
                            entry.bars(),
                            entry.laneSeq()),
                    row.state(),
                    row.amendedBy(),
                    Optional.of(new Message(of.id(), to)));
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
