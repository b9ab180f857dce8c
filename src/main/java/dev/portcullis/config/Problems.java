package dev.portcullis.config;

import java.util.ArrayList;
import java.util.List;

/** Gathers every mistake, so that the operator mends the file once and not key by key. */
public final class Problems {
    private final List<Problem> found = new ArrayList<>();

    public void add(String path, String what, String mend) {
        found.add(new Problem(path, what, mend));
    }

    public List<Problem> found() {
        return List.copyOf(found);
    }

    public boolean none() {
        return found.isEmpty();
    }
}
