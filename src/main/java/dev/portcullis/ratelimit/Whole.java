package dev.portcullis.ratelimit;

import java.util.Optional;

/** A whole number in the value of an operator's table. */
final class Whole {
    private Whole() {}

    static Optional<Integer> within(Object value, int least, int most) {
        return value instanceof Long number && number >= least && number <= most
                ? Optional.of(number.intValue())
                : Optional.empty();
    }
}
