package dev.portcullis.streams;

import dev.portcullis.protocol.Position;

/** What came of an append. */
public sealed interface AppendResult {
    <R> R accept(Cases<R> cases);

    /** One arm for each outcome. */
    interface Cases<R> {
        R stored(Stored outcome);

        R repeated(Duplicate outcome);

        R conflict(Conflict outcome);

        R expired(Expired outcome);

        R barred(Barred outcome);

        R full(Full outcome);
    }

    /** It is in the store. */
    record Stored(StreamEntry entry) implements AppendResult {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.stored(this);
        }
    }

    /** It was there already, under the same key. */
    record Duplicate(String messageId, Position position) implements AppendResult {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.repeated(this);
        }
    }

    /** Its key was used for another body. */
    record Conflict() implements AppendResult {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.conflict(this);
        }
    }

    /** It came after its {@code notAfter}: nothing was written. */
    record Expired() implements AppendResult {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.expired(this);
        }
    }

    /** Its author may not write here any more. */
    record Barred() implements AppendResult {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.barred(this);
        }
    }

    /** The stream bars as many as it may: nothing was written. */
    record Full() implements AppendResult {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.full(this);
        }
    }
}
