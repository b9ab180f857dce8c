package dev.portcullis.broadcast.presence;

import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;

/**
 * A user types in a room or to another user, or has ceased to.
 *
 * @param passesBars whether no bar concerns the user
 */
public record TypingNotice(Target to, UserId user, boolean typing, boolean passesBars) {}
