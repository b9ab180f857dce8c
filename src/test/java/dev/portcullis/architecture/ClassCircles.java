package dev.portcullis.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Classes that refer to each other in a circle can only be read together. Nested classes count as part of their
 * top-level class.
 */
final class ClassCircles {
    private static final String ROOT = "dev.portcullis.";

    /** The circles that may stay, each with its reason. */
    private static final Map<Set<String>, String> ARGUED = Map.of(
            Set.of("protocol.record.RecordCodec", "protocol.record.SealedCodec", "protocol.record.TypeCodecs"),
            "types contain types, so the search for the codec of one type finds those of its components");

    @ArchTest
    static void circles_are_only_those_argued_here(JavaClasses classes) {
        Map<String, SortedSet<String>> references = references(classes);
        List<Set<String>> circles = new StronglyConnected(references).components();
        circles.stream()
                .filter(circle -> !ARGUED.containsKey(circle))
                .forEach(circle -> fail(described(circle, references)));
        assertThat(circles).as("argued circles that exist").containsAll(ARGUED.keySet());
    }

    private ClassCircles() {}

    private static Map<String, SortedSet<String>> references(JavaClasses classes) {
        Map<String, SortedSet<String>> references = new TreeMap<>();
        for (JavaClass each : classes) {
            for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getName().startsWith(ROOT) && !topLevel(each).equals(topLevel(target))) {
                    references
                            .computeIfAbsent(topLevel(each), any -> new TreeSet<>())
                            .add(topLevel(target));
                }
            }
        }
        return references;
    }

    private static String topLevel(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer.getName().substring(ROOT.length());
    }

    private static String described(Set<String> circle, Map<String, SortedSet<String>> references) {
        return new TreeSet<>(circle)
                .stream()
                        .map(each -> each + " refers to "
                                + references.get(each).stream()
                                        .filter(circle::contains)
                                        .collect(Collectors.joining(", ")))
                        .collect(Collectors.joining("\n", "a circle of classes:\n", ""));
    }

    /** The strongly connected components of a graph that have more than one node, found as by Tarjan. */
    static final class StronglyConnected {
        private final Map<String, SortedSet<String>> references;
        private final Map<String, Integer> index = new HashMap<>();
        private final Map<String, Integer> lowLink = new HashMap<>();
        private final Deque<String> stack = new ArrayDeque<>();
        private final List<Set<String>> components = new ArrayList<>();

        StronglyConnected(Map<String, SortedSet<String>> references) {
            this.references = references;
        }

        List<Set<String>> components() {
            references.keySet().stream()
                    .filter(each -> !index.containsKey(each))
                    .forEach(this::visit);
            return components;
        }

        private void visit(String node) {
            index.put(node, index.size());
            lowLink.put(node, index.get(node));
            stack.push(node);
            for (String next : references.getOrDefault(node, new TreeSet<>())) {
                if (!index.containsKey(next)) {
                    visit(next);
                    lowLink.merge(node, lowLink.get(next), Math::min);
                } else if (stack.contains(next)) {
                    lowLink.merge(node, index.get(next), Math::min);
                }
            }
            if (lowLink.get(node).equals(index.get(node))) {
                addComponent(node);
            }
        }

        private void addComponent(String root) {
            Set<String> component = new TreeSet<>();
            do {
                component.add(stack.peek());
            } while (!stack.pop().equals(root));
            if (component.size() > 1) {
                components.add(component);
            }
        }
    }
}
