package dev.portcullis.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects every mistake, so that the operator can correct the file in one go. */
public final class Problems {
    private final List<Problem> found = new ArrayList<>();
    private final Set<String> invalidPaths = new HashSet<>();

    /** Reports a violated rule. Ignored if the value could not be read: the rule then checked its default. */
    public void add(String path, String what, String fix) {
        if (!invalidPaths.contains(path)) {
            found.add(new Problem(path, what, fix));
        }
    }

    /** Reports a value that can't be read. A list with such an item is not checked either. */
    void invalidValue(String path, String what, String fix) {
        add(path, what, fix);
        invalidPaths.add(path);
        if (path.endsWith("]")) {
            invalidPaths.add(path.substring(0, path.lastIndexOf('[')));
        }
    }

    public List<Problem> found() {
        return List.copyOf(found);
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }
}
