package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import java.util.function.Function;

/** The outcome of an append. */
public sealed interface AppendResult {
    <R> R fold(Function<Stored, R> stored, Function<Duplicate, R> duplicate, Function<Refusal, R> refused);

    /** The entry is in the stream. */
    sealed interface Placed extends AppendResult {
        Position position();
    }

    /** Nothing was written. */
    enum Refusal implements AppendResult {
        /** The key was used before with another body. */
        CONFLICT,
        /** The append came after its {@code notAfter}. */
        EXPIRED,
        /** The author is barred from the stream. */
        BARRED,
        /** The stream has its maximum of bars, or the message its maximum of edits. */
        FULL,
        /** The sender's backlog in the inbox has its maximum of entries. */
        BACKLOG_FULL,
        /**
         * Rows that the permit rests on have changed, or the message that the entry amends. The append needs a new permit, or a new
         * decision.
         */
        CHANGED,
        /** The user who leaves is no member, and was none recently. */
        ABSENT,
        /** The message that the entry amends was deleted, is no longer kept, is not among the entries searched, or never was. */
        NOT_FOUND,
        /** The message that the entry amends is another user's. */
        NOT_AUTHOR,
        /** The message that the entry amends is too old for it. */
        TOO_OLD;

        @Override
        public <R> R fold(Function<Stored, R> stored, Function<Duplicate, R> duplicate, Function<Refusal, R> refused) {
            return refused.apply(this);
        }
    }

    /**
     * The entry is in the store.
     *
     * @param trimmed how many entries of an inbox were trimmed for it before they were delivered
     */
    record Stored(StreamEntry entry, int trimmed) implements Placed {
        public Stored(StreamEntry entry) {
            this(entry, 0);
        }

        @Override
        public Position position() {
            return entry.position();
        }

        @Override
        public <R> R fold(Function<Stored, R> stored, Function<Duplicate, R> duplicate, Function<Refusal, R> refused) {
            return stored.apply(this);
        }
    }

    /** The same key and body were appended before, at this position. */
    record Duplicate(String messageId, Position position) implements Placed {
        @Override
        public <R> R fold(Function<Stored, R> stored, Function<Duplicate, R> duplicate, Function<Refusal, R> refused) {
            return duplicate.apply(this);
        }
    }
}
