package dev.portcullis.broadcast;

import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.WireName;
import java.util.List;
import java.util.function.Function;

/** What came of asking for a part of a stream. */
public sealed interface HistoryResult {
    <R> R fold(Function<Page, R> page, Function<Rejection, R> refused);

    /**
     * @param messages encoded for delivery, oldest first
     * @param gap entries behind the place asked for are no longer kept: the messages begin with the oldest that is
     */
    @WireName("HistoryPage")
    record Page(String epoch, List<byte[]> messages, boolean more, boolean gap) implements HistoryResult {
        @Override
        public <R> R fold(Function<Page, R> page, Function<Rejection, R> refused) {
            return page.apply(this);
        }
    }

    /** It is not the reader's to see. */
    @WireName("Refused")
    record Refused(Rejection why) implements HistoryResult {
        @Override
        public <R> R fold(Function<Page, R> page, Function<Rejection, R> refused) {
            return refused.apply(why);
        }
    }
}
