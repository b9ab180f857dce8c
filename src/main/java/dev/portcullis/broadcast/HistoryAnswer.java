package dev.portcullis.broadcast;

import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.WireName;
import java.util.function.Function;

/** What came of asking for a part of a stream. */
public sealed interface HistoryAnswer permits HistoryPage, HistoryAnswer.Refused {
    <R> R fold(Function<HistoryPage, R> page, Function<Rejection, R> refused);

    /** It is not the reader's to see. */
    @WireName("Refused")
    record Refused(Rejection why) implements HistoryAnswer {
        @Override
        public <R> R fold(Function<HistoryPage, R> page, Function<Rejection, R> refused) {
            return refused.apply(why);
        }
    }
}
