package dev.portcullis.uploads.disk;

import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * A file was refused, and nothing of it is left.
 *
 * @param owner the owner of the ticket, if there is one
 */
public record ReceiveRefusal(Why why, Optional<UserId> owner) {
    public ReceiveRefusal(Why why) {
        this(why, Optional.empty());
    }

    public enum Why implements LowerCaseId {
        /** There is no such ticket, or it was used, or is too old; or its user lost the right to it meanwhile. */
        NO_TICKET,
        TOO_LARGE,
        INCOMPLETE,
        /** It does not begin as a file of its type does. */
        WRONG_TYPE,
        TOO_SLOW,
        /** The client was slow, and another user needed its place. */
        DISPLACED,
        DISCONNECTED,
        /** The node's disk has too much to do. */
        BUSY,
        /** The node has no room for the file. */
        NO_ROOM;

        public boolean isBrokenOff() {
            return this == TOO_SLOW || this == DISPLACED || this == DISCONNECTED || this == INCOMPLETE;
        }
    }
}
