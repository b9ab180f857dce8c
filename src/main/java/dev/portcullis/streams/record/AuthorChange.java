package dev.portcullis.streams.record;

import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.StreamEntry;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a deleted user out of rows. The body is JSON that this server wrote: a quote inside a text has a backslash before it, so
 * the field can't be found within one.
 */
public record AuthorChange(Erasure erasure) {
    private static final String USERNAME = ",\"username\":\"";

    private static final Pattern USER = Pattern.compile("\"userId\":\"([^\"]+)\"");

    /** The users whom a row names: the author, and the one who deleted it. Others would change nothing of it. */
    public static Set<UserId> named(EntryRow row) {
        Set<UserId> users = new HashSet<>();
        row.message().map(Message::author).ifPresent(users::add);
        if (row.message().isPresent() && DeliveredMessage.isDeletion(row.entry().body())) {
            Matcher by = USER.matcher(new String(row.entry().body(), StandardCharsets.UTF_8));
            if (by.find() && UserId.isValid(by.group(1))) {
                users.add(new UserId(by.group(1)));
            }
        }
        return users;
    }

    /** The changed row; empty if it does not name this user, neither as the author nor as the one who deleted it. */
    public Optional<EntryRow> apply(EntryRow row) {
        String body = new String(row.entry().body(), StandardCharsets.UTF_8);
        boolean deletion = DeliveredMessage.isDeletion(row.entry().body());
        boolean own = row.isOf(erasure.user());
        if (row.message().isEmpty() || !(own || (deletion && body.contains(field(erasure.user()))))) {
            return Optional.empty();
        }
        EntryRow changed = own && erasure.ofTexts() && !deletion && !row.isGap()
                ? deleted(row)
                : row.saying(body(body).getBytes(StandardCharsets.UTF_8));
        return Optional.of(own ? changed.by(erasure.by()) : changed);
    }

    /** The row with a deletion in place of its text: of a message, and of an edit. */
    private EntryRow deleted(EntryRow row) {
        StreamEntry entry = row.entry();
        String id = row.message().orElseThrow().id();
        EntryRow changed = row.saying(DeliveredMessage.deletedBody(target(entry), id, erasure.by(), entry.timestamp()));
        return row.state().isMessage() ? changed.amended(EntryState.DELETED, row.amendedBy()) : changed;
    }

    private Target target(StreamEntry entry) {
        return entry.stream()
                .roomId()
                .<Target>map(Target.ToRoom::new)
                .orElseGet(() -> new Target.ToUser(recipient(entry)));
    }

    /** The recipient of what the user wrote: in their own inbox the other user of the conversation. */
    private UserId recipient(StreamEntry entry) {
        UserId owner = entry.stream().inboxOwner();
        return DirectConversation.of(entry)
                .filter(any -> owner.equals(erasure.user()))
                .map(DirectConversation::other)
                .orElse(owner);
    }

    private String body(String body) {
        String was = field(erasure.user());
        int at = body.indexOf(was);
        return at < 0
                ? body
                : body.substring(0, at) + field(erasure.by()) + withoutUsername(body.substring(at + was.length()));
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
