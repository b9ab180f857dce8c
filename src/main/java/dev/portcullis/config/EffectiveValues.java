package dev.portcullis.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints the effective values, including defaults, as a JSON tree with redacted secrets. */
public final class EffectiveValues {
    private final Map<String, Map<String, @Nullable Object>> objects = new LinkedHashMap<>();
    private final Map<String, List<Map<String, @Nullable Object>>> lists = new LinkedHashMap<>();

    private EffectiveValues() {
        objects.put("", new LinkedHashMap<>());
    }

    public static String of(List<Setting> settings) {
        EffectiveValues all = new EffectiveValues();
        settings.stream().filter(each -> !each.isTemplate()).forEach(all::put);
        return Json.pretty(all.objects.get(""));
    }

    private void put(Setting setting) {
        try {
            object(parentOf(setting.path())).put(nameOf(setting.path()), Json.parse(setting.value()));
        } catch (IOException impossible) { // a setting's value was written by Json
            throw new UncheckedIOException(impossible);
        }
    }

    private Map<String, @Nullable Object> object(String path) {
        Map<String, @Nullable Object> existing = objects.get(path);
        if (existing != null) {
            return existing;
        }
        Map<String, @Nullable Object> created = new LinkedHashMap<>();
        objects.put(path, created);
        if (path.endsWith("]")) {
            list(path.substring(0, path.lastIndexOf('['))).add(created);
        } else {
            object(parentOf(path)).put(nameOf(path), created);
        }
        return created;
    }

    private List<Map<String, @Nullable Object>> list(String path) {
        List<Map<String, @Nullable Object>> existing = lists.get(path);
        if (existing != null) {
            return existing;
        }
        List<Map<String, @Nullable Object>> created = new ArrayList<>();
        lists.put(path, created);
        object(parentOf(path)).put(nameOf(path), created);
        return created;
    }

    private static String parentOf(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('.')));
    }

    private static String nameOf(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
