package dev.portcullis.broadcast.server;

import dev.portcullis.protocol.ClientFrame.Attachment;
import java.util.List;
import java.util.Optional;

/**
 * A message of the application's server.
 *
 * @param username shown beside it; its author is {@code system} in any case
 * @param key identifies a repetition within the stream
 * @param event what is published in place of a text
 */
public record SystemMessage(
        String content,
        Optional<String> username,
        Optional<String> replyTo,
        List<Attachment> attachments,
        String key,
        Optional<ServerEvent> event) {

    /** A message with a text. */
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

    /** Whether it may be asked for again: the store knows it by its key. */
    boolean isStored() {
        return event.map(ServerEvent::stored).orElse(true);
    }
}
