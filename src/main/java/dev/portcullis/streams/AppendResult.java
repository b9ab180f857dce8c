package dev.portcullis.streams;

import dev.portcullis.protocol.Position;

/** The outcome of an append. */
public sealed interface AppendResult {
    <R> R accept(Cases<R> cases);

    /** One arm for each outcome. */
    interface Cases<R> {
        R stored(Stored outcome);

        R duplicate(Duplicate outcome);

        R conflict(Conflict outcome);

        R expired(Expired outcome);

        R barred(Barred outcome);

        R full(Full outcome);

        R backlogFull(BacklogFull outcome);

        R changed(Changed outcome);

        R absent(Absent outcome);

        R notFound(NotFound outcome);

        R notAuthor(NotAuthor outcome);

        R tooOld(TooOld outcome);
    }

    /** The entry is in the stream. */
    sealed interface Placed extends AppendResult {
        Position position();
    }

    /** Nothing was written. */
    sealed interface Refusal extends AppendResult {}

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
        public <R> R accept(Cases<R> cases) {
            return cases.stored(this);
        }
    }

    /** The same key and body were appended before, at this position. */
    record Duplicate(String messageId, Position position) implements Placed {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.duplicate(this);
        }
    }

    /** The key was used before with another body. */
    record Conflict() implements Refusal {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.conflict(this);
        }
    }

    /** The append came after its {@code notAfter}: nothing was written. */
    record Expired() implements Refusal {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.expired(this);
        }
    }

    /** The author is barred from the stream: nothing was written. */
    record Barred() implements Refusal {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.barred(this);
        }
    }

    /** The stream has its maximum of bars, or the message its maximum of edits: nothing was written. */
    record Full() implements Refusal {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.full(this);
        }
    }

    /** The sender's backlog in the inbox has its maximum of entries: nothing was written. */
    record BacklogFull() implements Refusal {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.backlogFull(this);
        }
    }

    /**
     * Rows that the permit rests on have changed, or the message that the entry amends: nothing was written. The append needs a new
     * permit, or a new decision.
     */
    record Changed() implements Refusal {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.changed(this);
        }
    }

    /** The user who leaves is no member, and was none recently: nothing was written. */
    record Absent() implements Refusal {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.absent(this);
        }
    }

    /**
     * The message that the entry amends was deleted, is no longer kept, is not among the entries searched, or never was: nothing
     * was written.
     */
    record NotFound() implements Refusal {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.notFound(this);
        }
    }

    /** The message that the entry amends is another user's: nothing was written. */
    record NotAuthor() implements Refusal {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.notAuthor(this);
        }
    }

    /** The message that the entry amends is too old for it: nothing was written. */
    record TooOld() implements Refusal {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.tooOld(this);
        }
    }
}
