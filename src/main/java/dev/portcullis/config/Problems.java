package dev.portcullis.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers every mistake, so that the operator mends the file once and not key by key. */
public final class Problems {
    private final Map<String, Problem> found = new LinkedHashMap<>();

    /** The first at a path stands: what a rule makes of the value that stood in for a wrong one is an echo. */
    public void add(String path, String what, String mend) {
        found.putIfAbsent(path, new Problem(path, what, mend));
    }

    public List<Problem> found() {
        return List.copyOf(found.values());
    }

    public boolean none() {
        return found.isEmpty();
    }
}
