package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.Rejection.Violation;
import java.util.ArrayList;
import java.util.List;

/** The ways in which a frame misses its schema, as far as the answer tells them. */
final class SchemaViolations {
    /** An answer stays small, however wrong the frame is (CWE-405). */
    static final int MOST = 10;

    private final List<Violation> details = new ArrayList<>(0);

    void add(JsonPointer path, String rule) {
        if (details.size() < MOST) {
            details.add(new Violation(path.toString(), rule));
        }
    }

    boolean isEmpty() {
        return details.isEmpty();
    }

    List<Violation> details() {
        return List.copyOf(details);
    }
}
