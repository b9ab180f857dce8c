package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * Who reads an inbox.
 *
 * @param device the device, where each has a position of its own
 */
public record InboxReader(UserId user, Optional<String> device) {
    public StreamName inbox() {
        return StreamName.inbox(user);
    }
}
