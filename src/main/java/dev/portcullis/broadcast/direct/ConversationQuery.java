package dev.portcullis.broadcast.direct;

import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * A read of the messages between two users, in the inbox of the one who asks: behind {@code after}, or before {@code before}, or
 * the newest.
 */
public record ConversationQuery(UserId owner, UserId other, Optional<Long> before, Optional<Long> after, int limit) {}
