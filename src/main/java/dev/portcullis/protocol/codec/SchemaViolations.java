package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.Rejection.Violation;
import java.util.ArrayList;
import java.util.List;

/** The schema violations of an input, as many as the answer reports. */
public final class SchemaViolations {
    /** Keeps the answer small, however many violations there are (CWE-405). */
    public static final int MAX_DETAILS = 10;

    private final List<Violation> details = new ArrayList<>(0);

    public void add(JsonPointer path, String rule) {
        if (details.size() < MAX_DETAILS) {
            details.add(new Violation(path.toString(), rule));
        }
    }

    void clear() {
        details.clear();
    }

    public boolean isEmpty() {
        return details.isEmpty();
    }

    public List<Violation> details() {
        return List.copyOf(details);
    }
}
