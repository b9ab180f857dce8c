package dev.portcullis.broadcast.server;

import dev.portcullis.protocol.ClientFrame.Attachment;
import java.util.List;
import java.util.Optional;

/**
 * A message of the application's server.
 *
 * @param username shown beside it; its author is {@code system} in any case
 * @param key identifies a repetition within the stream
 */
public record ServerMessage(
        String content,
        Optional<String> username,
        Optional<String> replyTo,
        List<Attachment> attachments,
        String key) {}
