package dev.portcullis.streams;

import dev.portcullis.config.Section;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Backlog;
import java.util.Optional;

/**
 * What the section {@code direct} says about inboxes.
 *
 * @param ackPer whose position an acknowledgement moves
 * @param undelivered messages and edits of one sender that may wait in an inbox, and as many deletions
 * @param devices devices of a user with a position of their own
 * @param blocks users that one user may block
 */
public record InboxConfig(AckPer ackPer, int undelivered, int devices, int blocks) {

    public enum AckPer {
        /** What one device acknowledged waits for none. */
        USER,

        /** Each device gets what it has not acknowledged itself. */
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

    /** @param family the login that the session's token comes from; without one the session reads for its user */
    public InboxReader reader(UserId user, Optional<String> family) {
        return new InboxReader(user, ackPer == AckPer.DEVICE ? family : Optional.empty());
    }

    public Backlog backlogOf(UserId sender) {
        return new Backlog(sender, undelivered);
    }
}
