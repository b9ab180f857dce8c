package dev.portcullis.streams;

import dev.portcullis.config.Section;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Backlog;
import java.util.Optional;

/** The part of the section {@code direct} about inboxes. */
public record InboxConfig(AckPer ackPer, int undelivered, int devices, int blocks) {

    public enum AckPer {
        /** An entry that one device acknowledged waits for no other device. */
        USER,

        /** Each device gets the entries that it has not acknowledged itself. */
        DEVICE
    }

    public static InboxConfig read(Section direct) {
        return new InboxConfig(
                direct.choice(
                        "ackPer",
                        AckPer.USER,
                        "user: a direct message that one device acknowledged waits for no other; device: it waits for each"
                                + " login of the user until that acknowledged it"),
                direct.integer(
                        "undelivered",
                        100,
                        1,
                        10_000,
                        "messages and edits of one sender that may wait for a user who has not acknowledged them, and as"
                                + " many deletions; the next one is refused"),
                direct.integer(
                        "devices",
                        16,
                        1,
                        64,
                        "logins of one user with a position of their own; a new one replaces the one unused for longest"),
                direct.integer("blocks", 1_000, 1, 10_000, "users that one user may block"));
    }

    /** @param family the login that the session's token comes from; a session without one reads for its user */
    public InboxReader reader(UserId user, Optional<String> family) {
        return new InboxReader(user, ackPer == AckPer.DEVICE ? family : Optional.empty());
    }

    public Backlog backlogOf(UserId sender) {
        return new Backlog(sender, undelivered);
    }
}
