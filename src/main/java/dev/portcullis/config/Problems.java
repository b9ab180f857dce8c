package dev.portcullis.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Gathers every mistake, so that the operator mends the file once and not key by key. */
public final class Problems {
    private final List<Problem> found = new ArrayList<>();
    private final Set<String> spoiled = new HashSet<>();

    /** A rule is broken. Not heard where the value couldn't be read: it judged the value that stood in for it. */
    public void add(String path, String what, String mend) {
        if (!spoiled.contains(path)) {
            found.add(new Problem(path, what, mend));
        }
    }

    /** A value can't be read at all. A list that misses an item for that is nothing to judge either. */
    void misfit(String path, String what, String mend) {
        add(path, what, mend);
        spoiled.add(path);
        if (path.endsWith("]")) {
            spoiled.add(path.substring(0, path.lastIndexOf('[')));
        }
    }

    public List<Problem> found() {
        return List.copyOf(found);
    }

    public boolean none() {
        return found.isEmpty();
    }
}
