package dev.portcullis.json;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds what references lead to, within one document. */
public final class SchemaReferences {
    private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]{0,5}");

    private final Object document;
    private final Set<String> names = new HashSet<>();

    public SchemaReferences(Object document) {
        this.document = document;
        findNames(document);
    }

    /** @param reference {@code #} with a JSON Pointer */
    public Optional<Object> target(String reference) {
        if (!reference.startsWith("#")) {
            return Optional.empty();
        }
        String fragment = decoded(reference.substring(1));
        if (!fragment.isEmpty() && !fragment.startsWith("/")) {
            return Optional.empty();
        }
        Object at = document;
        for (String step :
                fragment.isEmpty() ? new String[0] : fragment.substring(1).split("/", -1)) {
            Object next = child(at, step.replace("~1", "/").replace("~0", "~"));
            if (next == null) {
                return Optional.empty();
            }
            at = next;
        }
        return Optional.of(at).filter(found -> found instanceof Map || found instanceof Boolean);
    }

    /** Whether a name stands in the document, as a keyword or as something else. */
    boolean uses(String keyword) {
        return names.contains(keyword);
    }

    /** The schemas that judge the same value as the one that they stand in, or that refers to them. */
    List<@Nullable Object> sameValue(Map<?, ?> schema) {
        List<@Nullable Object> all = branches(schema);
        if (schema.get("$ref") instanceof String reference) {
            target(reference).ifPresent(all::add);
        }
        return all;
    }

    /** The schemas that judge the same value, without references. */
    static List<@Nullable Object> branches(Map<?, ?> schema) {
        List<@Nullable Object> all = new ArrayList<>();
        for (String keyword : SchemaKeywords.SAME_VALUE) {
            Object value = schema.get(keyword);
            if (value instanceof List<?> list) {
                all.addAll(list);
            } else if (value instanceof Map<?, ?> inner && keyword.equals("dependentSchemas")) {
                all.addAll(inner.values());
            } else if (value != null) {
                all.add(value);
            }
        }
        return all;
    }

    /** A schema with all that judge the same value, however many references lead to them; each of them once. */
    Set<Map<?, ?>> withAllOfSameValue(@Nullable Object schema) {
        Set<Map<?, ?>> all = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Map<?, ?>> open = new ArrayDeque<>();
        if (schema instanceof Map<?, ?> map) {
            open.add(map);
        }
        while (!open.isEmpty()) {
            Map<?, ?> next = open.remove();
            if (all.add(next)) {
                for (Object each : sameValue(next)) {
                    if (each instanceof Map<?, ?> map) {
                        open.add(map);
                    }
                }
            }
        }
        return all;
    }

    private static @Nullable Object child(Object at, String step) {
        if (at instanceof Map<?, ?> map) {
            return map.get(step);
        }
        if (at instanceof List<?> list && INDEX.matcher(step).matches()) {
            int index = Integer.parseInt(step);
            return index < list.size() ? list.get(index) : null;
        }
        return null;
    }

    /** @param fragment of a URI, with {@code #} or without */
    public static String decoded(String fragment) {
        try {
            return URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException undecodable) {
            return fragment;
        }
    }

    private void findNames(@Nullable Object node) {
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                names.add(String.valueOf(key));
                findNames(value);
            });
        } else if (node instanceof List<?> list) {
            list.forEach(this::findNames);
        }
    }
}
