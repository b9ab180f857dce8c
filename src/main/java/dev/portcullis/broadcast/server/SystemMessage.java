package dev.portcullis.broadcast.server;

import dev.portcullis.protocol.ClientFrame.Attachment;
import java.util.List;
import java.util.Optional;

/**
 * A message of the application's server.
 *
 * @param username the name that is shown beside the message; its author is {@code system} in any case
 * @param key identifies a repetition within the stream
 * @param event the event that is published in place of a text
 */
public record SystemMessage(
        String content,
        Optional<String> username,
        Optional<String> replyTo,
        List<Attachment> attachments,
        String key,
        Optional<ServerEvent> event) {

    /** Makes a message with a text. */
    public SystemMessage(
            String content,
            Optional<String> username,
            Optional<String> replyTo,
            List<Attachment> attachments,
            String key) {
        this(content, username, replyTo, attachments, key, Optional.empty());
    }

    public static SystemMessage of(ServerEvent event, String key) {
        return new SystemMessage("", Optional.empty(), Optional.empty(), List.of(), key, Optional.of(event));
    }

    /** Whether an attempt may be repeated: the store recognizes the message by its key. */
    boolean isStored() {
        return event.map(ServerEvent::stored).orElse(true);
    }
}
