package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Verdict;
import java.util.List;

/**
 * What came of an attempt.
 *
 * @param begun blocks that must last, which is why they are handed out
 */
record Ruling(Verdict verdict, List<Begun> begun) {
    static final Ruling GRANTED = new Ruling(Verdict.GRANTED, List.of());
}
