package dev.portcullis.client.selfaudit;

import java.util.function.Function;

/** What a probe learnt. */
public sealed interface ProbeOutcome {
    /** For the report: no control characters, and not long. */
    String text();

    <R> R fold(Function<String, R> passed, Function<String, R> found, Function<String, R> unchecked);

    /** @param seen what the server did */
    static ProbeOutcome passed(String seen) {
        return new Passed(PrintableText.of(seen));
    }

    /** @param seen what the server did */
    static ProbeOutcome found(String seen) {
        return new Found(PrintableText.of(seen));
    }

    /** @param why nothing could be learnt */
    static ProbeOutcome unchecked(String why) {
        return new Unchecked(PrintableText.of(why));
    }

    /** The server does what it should. */
    record Passed(String text) implements ProbeOutcome {
        @Override
        public <R> R fold(Function<String, R> passed, Function<String, R> found, Function<String, R> unchecked) {
            return passed.apply(text);
        }
    }

    /** The weakness is there. */
    record Found(String text) implements ProbeOutcome {
        @Override
        public <R> R fold(Function<String, R> passed, Function<String, R> found, Function<String, R> unchecked) {
            return found.apply(text);
        }
    }

    /** Nothing was learnt. */
    record Unchecked(String text) implements ProbeOutcome {
        @Override
        public <R> R fold(Function<String, R> passed, Function<String, R> found, Function<String, R> unchecked) {
            return unchecked.apply(text);
        }
    }
}
