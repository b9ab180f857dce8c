package dev.portcullis.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is in force, defaults included, as a tree that could be a file again but for its redacted secrets. */
public final class EffectiveValues {
    private final Map<String, Map<String, @Nullable Object>> objects = new LinkedHashMap<>();
    private final Map<String, List<Map<String, @Nullable Object>>> lists = new LinkedHashMap<>();

    private EffectiveValues() {
        objects.put("", new LinkedHashMap<>());
    }

    public static String of(List<Setting> settings) {
        EffectiveValues all = new EffectiveValues();
        settings.stream().filter(each -> !each.path().contains("[]")).forEach(all::put);
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
        Map<String, @Nullable Object> known = objects.get(path);
        if (known != null) {
            return known;
        }
        Map<String, @Nullable Object> fresh = new LinkedHashMap<>();
        objects.put(path, fresh);
        if (path.endsWith("]")) {
            list(path.substring(0, path.lastIndexOf('['))).add(fresh);
        } else {
            object(parentOf(path)).put(nameOf(path), fresh);
        }
        return fresh;
    }

    private List<Map<String, @Nullable Object>> list(String path) {
        List<Map<String, @Nullable Object>> known = lists.get(path);
        if (known != null) {
            return known;
        }
        List<Map<String, @Nullable Object>> fresh = new ArrayList<>();
        lists.put(path, fresh);
        object(parentOf(path)).put(nameOf(path), fresh);
        return fresh;
    }

    private static String parentOf(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('.')));
    }

    private static String nameOf(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
