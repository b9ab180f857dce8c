package dev.portcullis.events;

import dev.portcullis.protocol.Rejection.Violation;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Judges the data of events by their schemas. Not safe for threads: each event loop has its own. */
public interface EventJudge {
    /** The outcome of judging one event. */
    sealed interface Judged {
        <R> R fold(BiFunction<EventType, byte[], R> fits, Function<List<Violation>, R> invalid);
    }

    /** @param data as it goes on: as it came, but for the texts whose schema has them made safe */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Fits(EventType type, byte[] data) implements Judged {
        @Override
        public <R> R fold(BiFunction<EventType, byte[], R> fits, Function<List<Violation>, R> invalid) {
            return fits.apply(type, data);
        }
    }

    /** @param details with paths from the root of the frame: below {@code /data}, or {@code /event} for an unknown name */
    record Invalid(List<Violation> details) implements Judged {
        @Override
        public <R> R fold(BiFunction<EventType, byte[], R> fits, Function<List<Violation>, R> invalid) {
            return invalid.apply(details);
        }
    }

    /**
     * @param id the name of the event
     * @param data one JSON value in UTF-8 that the reader of frames has accepted: no key twice, no prototype key, bounded depth
     */
    Judged judge(String id, byte[] data);
}
