package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * The reader of an inbox: a user, or one of their devices.
 *
 * @param device the device, where each device has a position of its own
 */
public record InboxReader(UserId user, Optional<String> device) {
    public StreamName inbox() {
        return StreamName.inbox(user);
    }
}
