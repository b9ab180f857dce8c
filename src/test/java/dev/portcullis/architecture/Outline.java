package dev.portcullis.architecture;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The wire form of a class: one line for each component, type and name that a reader relies on. */
final class Outline {
    private static final List<String> APPENDABLE =
            List.of(": Optional", ": List", ": Set", ": Map", ": boolean", ": long");

    private final Set<String> lines = new TreeSet<>();

    static Set<String> of(Class<?> type) {
        Outline outline = new Outline();
        outline.describe("", type);
        return outline.lines;
    }

    /** The changes that break a reader or a sender of the previous release; empty if there are none. */
    static List<String> breaches(Set<String> before, Set<String> now) {
        List<String> breaches = new ArrayList<>();
        before.stream()
                .filter(line -> !now.contains(line))
                .map("gone: "::concat)
                .forEach(breaches::add);
        now.stream()
                .filter(line -> !before.contains(line) && isAppendedTo(before, line))
                .filter(line -> APPENDABLE.stream().noneMatch(line::contains))
                .map("has no empty value: "::concat)
                .forEach(breaches::add);
        return breaches;
    }

    /** Whether a new component belongs to a record that existed before. */
    private static boolean isAppendedTo(Set<String> before, String line) {
        int slash = line.lastIndexOf('/');
        if (!line.contains(": ") || slash < 0) {
            return false;
        }
        String parent = line.substring(0, slash);
        return parent.isEmpty()
                || before.stream()
                        .anyMatch(each -> each.equals(parent) || each.matches(Pattern.quote(parent) + "[:/].*"));
    }

    private void describe(String path, Type type) {
        if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                describe(path + "/*", argument);
            }
        } else if (type instanceof Class<?> plain && plain.isEnum()) {
            for (Object constant : plain.getEnumConstants()) {
                lines.add(path + "/" + WireNames.of((Enum<?>) constant));
            }
        } else if (type instanceof Class<?> plain && plain.isSealed()) {
            for (Class<?> permitted : plain.getPermittedSubclasses()) {
                String arm = permitted.isSealed() ? path : path + "/" + WireNames.of(permitted);
                lines.add(arm);
                describe(arm, permitted);
            }
        } else if (type instanceof Class<?> plain && plain.isRecord()) {
            RecordComponent[] components = plain.getRecordComponents();
            for (int i = 0; i < components.length; i++) {
                String component = path + "/" + i + " " + components[i].getName();
                lines.add(component + ": " + word(components[i].getGenericType()));
                describe(component, components[i].getGenericType());
            }
        }
    }

    /** Leaves out names of classes, which are not sent. */
    private static String word(Type type) {
        if (type instanceof ParameterizedType generic) {
            return ((Class<?>) generic.getRawType()).getSimpleName()
                    + List.of(generic.getActualTypeArguments()).stream()
                            .map(Outline::word)
                            .collect(Collectors.joining(", ", "<", ">"));
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return "record";
        }
        if (plain.isEnum()) {
            return "constant";
        }
        return plain.isSealed() ? "one of" : plain.getSimpleName();
    }
}
