package dev.portcullis.uploads.disk;

import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.ticket.Upload;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The result of receiving a file. */
public sealed interface ReceiveResult {
    <R> R fold(Function<Upload, R> received, Function<Refused, R> refused);

    /** All bytes are on the disk, and fit their type. */
    record Received(Upload upload) implements ReceiveResult {
        @Override
        public <R> R fold(Function<Upload, R> received, Function<Refused, R> refused) {
            return received.apply(upload);
        }
    }

    /**
     * Nothing of it is left.
     *
     * @param owner of the ticket, if there is one
     */
    record Refused(Why why, Optional<UserId> owner) implements ReceiveResult {
        public Refused(Why why) {
            this(why, Optional.empty());
        }

        @Override
        public <R> R fold(Function<Upload, R> received, Function<Refused, R> refused) {
            return refused.apply(this);
        }
    }

    /** Why a file was refused. */
    enum Why {
        /** There is no such ticket, or it was used, or is too old; or its user lost the right to it meanwhile. */
        NO_TICKET,
        /** More bytes than the ticket says. */
        TOO_LARGE,
        /** Fewer bytes than the ticket says. */
        INCOMPLETE,
        /** It does not begin as a file of its type does. */
        WRONG_TYPE,
        TOO_SLOW,
        /** The client was slow, and another user needed its place. */
        DISPLACED,
        /** The client went away. */
        DISCONNECTED,
        /** The node's disk has too much to do. */
        BUSY,
        /** The node has no room for the file. */
        NO_ROOM;

        private final String id = name().toLowerCase(Locale.ROOT);

        /** Whether the file broke off because of its client. */
        public boolean isBrokenOff() {
            return this == TOO_SLOW || this == DISPLACED || this == DISCONNECTED || this == INCOMPLETE;
        }

        /** In logs and labels. */
        public String id() {
            return id;
        }
    }
}
