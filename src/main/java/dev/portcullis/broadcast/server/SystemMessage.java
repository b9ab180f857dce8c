package dev.portcullis.broadcast.server;

import dev.portcullis.broadcast.Publication;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;

/**
 * A message or an event of the application's server. Its author is always {@code system}, a user without sessions, so that no
 * reader takes it for a user.
 *
 * @param username the name that is shown beside a message
 * @param key identifies a repetition within the stream
 * @param stored whether an attempt may be repeated: the store recognizes the message by its key
 */
public record SystemMessage(Publication.Post post, Optional<String> username, String key, boolean stored) {
    /** The application's server as it takes part in rooms. No bar applies to it. */
    public static final Sender SERVER = sender(Optional.empty());

    Sender from() {
        return sender(username);
    }

    private static Sender sender(Optional<String> username) {
        return new Sender(UserId.SYSTEM, username, Role.ADMIN, List.of(), "");
    }
}
