package dev.portcullis.json;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts how many schemas are applied to one value at the worst place of the worst data. A value meets each schema that stands
 * for it: through branches, references and definitions, and, in a schema that refers to itself twice, more with each level.
 */
final class SchemaCost {
    /** The most schemas for one value: with it the data of a whole frame costs some tens of milliseconds. */
    private static final double MAX_APPLICATIONS = 100;

    /** The levels of a frame. */
    private static final int LEVELS = 10;

    /** The library compiles the pattern for each object. */
    private static final double NAME_PATTERN = 4;

    private static final Set<String> UNEVALUATED = Set.of("unevaluatedItems", "unevaluatedProperties");

    private final SchemaReferences references;
    private final IdentityHashMap<Object, String> places;
    private final List<IdentityHashMap<Object, Double>> known = new ArrayList<>();
    private final IdentityHashMap<Object, Boolean> unevaluated = new IdentityHashMap<>();

    SchemaCost(SchemaReferences references, IdentityHashMap<Object, String> places) {
        this.references = references;
        this.places = places;
        for (int i = 0; i <= LEVELS; i++) {
            known.add(new IdentityHashMap<>());
        }
    }

    List<SchemaProblem> problems(Object schema) {
        List<SchemaProblem> problems = new ArrayList<>();
        IdentityHashMap<Object, Boolean> finished = new IdentityHashMap<>();
        List<Map.Entry<Object, String>> inOrder = new ArrayList<>(places.entrySet());
        inOrder.sort(Map.Entry.comparingByValue());
        inOrder.forEach(entry -> findCircle(entry.getKey(), finished, problems));
        if (!problems.isEmpty()) {
            return problems;
        }
        inOrder.forEach(entry -> findHiddenUnevaluated(entry.getKey(), entry.getValue(), problems));
        double worst = 0;
        for (int level = 0; level <= LEVELS; level++) {
            worst = Math.max(worst, applications(schema, level));
        }
        if (worst > MAX_APPLICATIONS) {
            problems.add(new SchemaProblem(
                    "",
                    String.format(Locale.ROOT, "applies %.0f schemas to one value of the worst data", worst),
                    String.format(
                            Locale.ROOT,
                            "at most %.0f are possible: use fewer branches, and refer to the schema itself in one of them",
                            MAX_APPLICATIONS)));
        }
        return problems;
    }

    /** A schema that leads back to itself without going into the value never ends. */
    private void findCircle(
            @Nullable Object node, IdentityHashMap<Object, Boolean> finished, List<SchemaProblem> problems) {
        if (!(node instanceof Map<?, ?> map) || Boolean.TRUE.equals(finished.get(map))) {
            return;
        }
        if (finished.containsKey(map)) {
            problems.add(new SchemaProblem(
                    places.getOrDefault(map, ""),
                    "leads back to itself for the same value",
                    "a $ref to itself must stand below properties or items"));
            return;
        }
        finished.put(map, false);
        references.sameValue(map).forEach(each -> findCircle(each, finished, problems));
        finished.put(map, true);
    }

    /** The library lets a branch see what the other branches evaluated. */
    private void findHiddenUnevaluated(Object node, String place, List<SchemaProblem> problems) {
        if (!(node instanceof Map<?, ?> map)) {
            return;
        }
        for (Object branch : SchemaReferences.branches(map)) {
            if (hasUnevaluated(branch)) {
                problems.add(new SchemaProblem(
                        place,
                        "has a branch with unevaluatedProperties or unevaluatedItems",
                        "write them beside the branches instead, or use additionalProperties"));
                return;
            }
        }
    }

    private boolean hasUnevaluated(@Nullable Object node) {
        if (!(node instanceof Map<?, ?> map)) {
            return false;
        }
        Boolean before = unevaluated.get(map);
        if (before != null) {
            return before;
        }
        boolean has = map.keySet().stream().anyMatch(UNEVALUATED::contains)
                || references.sameValue(map).stream().anyMatch(this::hasUnevaluated);
        unevaluated.put(map, has);
        return has;
    }

    private double applications(@Nullable Object node, int level) {
        if (!(node instanceof Map<?, ?> map)) {
            return 1;
        }
        Double before = known.get(level).get(map);
        if (before != null) {
            return before;
        }
        double all = level == 0 ? ofObjectItself(map) : worstChild(map, level - 1);
        for (Object each : references.sameValue(map)) {
            all += applications(each, level);
        }
        known.get(level).put(map, all);
        return all;
    }

    private static double ofObjectItself(Map<?, ?> map) {
        return 1 + (map.get("patternProperties") instanceof Map<?, ?> patterns ? NAME_PATTERN * patterns.size() : 0);
    }

    /** The most that is applied to one field or item. */
    private double worstChild(Map<?, ?> map, int level) {
        double anyField = sum(map, "patternProperties", level);
        double further = one(map, "additionalProperties", level);
        double field = anyField + further;
        if (map.get("properties") instanceof Map<?, ?> properties) {
            for (Object each : properties.values()) {
                field = Math.max(field, anyField + applications(each, level));
            }
        }
        double item = one(map, "items", level);
        if (map.get("prefixItems") instanceof List<?> prefix) {
            for (Object each : prefix) {
                item = Math.max(item, applications(each, level));
            }
        }
        double name = level == 0 ? one(map, "propertyNames", level) : 0;
        return Math.max(
                field + one(map, "unevaluatedProperties", level) + name,
                item + one(map, "contains", level) + one(map, "unevaluatedItems", level));
    }

    private double one(Map<?, ?> map, String keyword, int level) {
        return map.containsKey(keyword) ? applications(map.get(keyword), level) : 0;
    }

    private double sum(Map<?, ?> map, String keyword, int level) {
        double all = 0;
        if (map.get(keyword) instanceof Map<?, ?> inner) {
            for (Object each : inner.values()) {
                all += applications(each, level);
            }
        }
        return all;
    }
}
