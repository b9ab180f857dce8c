package dev.portcullis.broadcast.direct;

import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * Whose inbox it is, and who reads it.
 *
 * @param family the login that the session's token comes from, which is a device of the user
 */
public record InboxOwner(UserId user, Optional<String> family) {}
