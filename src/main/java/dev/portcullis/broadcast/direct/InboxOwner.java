package dev.portcullis.broadcast.direct;

import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * The owner of an inbox, as the user of a session who reads it.
 *
 * @param family the login that the session's token comes from; it counts as a device of the user
 */
public record InboxOwner(UserId user, Optional<String> family) {}
