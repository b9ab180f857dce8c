package dev.portcullis.uploads.disk;

import java.util.function.Function;
import java.util.function.Supplier;

/** What came of an upload. */
public sealed interface ReceiveResult {
    <R> R fold(Supplier<R> received, Function<Why, R> refused);

    /** All bytes are on the disk, and fit their type. */
    record Received() implements ReceiveResult {
        @Override
        public <R> R fold(Supplier<R> received, Function<Why, R> refused) {
            return received.get();
        }
    }

    /** Nothing of it is left. */
    record Refused(Why why) implements ReceiveResult {
        @Override
        public <R> R fold(Supplier<R> received, Function<Why, R> refused) {
            return refused.apply(why);
        }
    }

    /** Why a file was refused. */
    enum Why {
        /** There is no such ticket, or it was used, or is too old. */
        NO_TICKET,
        /** More bytes than the ticket says. */
        TOO_LARGE,
        /** Fewer bytes than the ticket says. */
        INCOMPLETE,
        /** It does not begin as a file of its type does. */
        WRONG_TYPE,
        TOO_SLOW,
        /** The client went away. */
        DISCONNECTED,
        /** The node's disk has too much to do. */
        BUSY
    }
}
