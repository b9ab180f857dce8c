package dev.portcullis.config;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Applies the {@code --set path=value} options of a command line to the file. */
final class Overrides {
    private final Problems problems;

    private Overrides(Problems problems) {
        this.problems = problems;
    }

    /** A later override wins over an earlier one. A problem never quotes the value, which may be a secret (CWE-532). */
    static Map<?, ?> apply(Map<?, ?> tree, List<String> overrides, Problems problems) {
        Overrides all = new Overrides(problems);
        Map<?, ?> result = tree;
        for (int i = 0; i < overrides.size(); i++) {
            result = all.apply(result, overrides.get(i), "--set number " + (i + 1));
        }
        return result;
    }

    private Map<?, ?> apply(Map<?, ?> tree, String override, String source) {
        int equals = override.indexOf('=');
        List<String> path = List.of(override.substring(0, Math.max(0, equals)).split("\\.", -1));
        if (path.contains("")) {
            problems.add(source, "names no key", "write --set path=value, such as --set http.port=8081");
            return tree;
        }
        return put(tree, path, 0, value(override.substring(equals + 1)));
    }

    private Map<?, ?> put(Map<?, ?> tree, List<String> path, int depth, @Nullable Object value) {
        Map<Object, @Nullable Object> changed = new LinkedHashMap<>(tree);
        String key = path.get(depth);
        if (depth == path.size() - 1) {
            changed.put(key, value);
            return changed;
        }
        Object inner = tree.get(key);
        if (inner != null && !(inner instanceof Map)) {
            problems.add(
                    String.join(".", path.subList(0, depth + 1)),
                    "is " + DisplaySafe.kind(inner) + ", so --set " + String.join(".", path) + " leads nowhere",
                    "set the whole value");
            return tree;
        }
        changed.put(key, put(inner instanceof Map<?, ?> map ? map : Map.of(), path, depth + 1, value));
        return changed;
    }

    private static @Nullable Object value(String text) {
        try {
            return Json.parse(text);
        } catch (IOException notJson) {
            return text;
        }
    }
}
