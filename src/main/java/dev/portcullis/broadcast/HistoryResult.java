package dev.portcullis.broadcast;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.WireName;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Result of a {@link HistoryQuery}. */
public sealed interface HistoryResult {
    <R> R fold(Function<Page, R> page, Function<Rejection, R> refused);

    /**
     * @param messages the messages encoded for delivery, oldest first
     * @param gap whether entries right after the requested position are no longer kept: the messages begin with the oldest one
     * kept
     * @param head the stream's head when a page of a room's latest messages was read
     * @param detached whether a user left lately: the reader may have left before the read, and must be asked for permission
     * again
     */
    @WireName("HistoryPage")
    record Page(
            String epoch, List<byte[]> messages, boolean more, boolean gap, Optional<Position> head, boolean detached)
            implements HistoryResult {
        public Page(String epoch, List<byte[]> messages, boolean more, boolean gap) {
            this(epoch, messages, more, gap, Optional.empty(), false);
        }

        Page detached(boolean lately) {
            return new Page(epoch, messages, more, gap, head, lately);
        }

        @Override
        public <R> R fold(Function<Page, R> page, Function<Rejection, R> refused) {
            return page.apply(this);
        }
    }

    /** The reader may not read the stream. */
    @WireName("Refused")
    record Refused(Rejection why) implements HistoryResult {
        @Override
        public <R> R fold(Function<Page, R> page, Function<Rejection, R> refused) {
            return refused.apply(why);
        }
    }
}
