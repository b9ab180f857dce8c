package dev.portcullis.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One object of the file, as a record reads it. Every question states its bounds and its default; a wrong value is
 * noted with its path and answered with the default, so that reading goes on and finds the rest.
 */
public final class Section {
    private final String path;
    private final Map<String, Object> values;
    private final Survey survey;
    private final Set<String> known = new LinkedHashSet<>();
    private final List<Section> children = new ArrayList<>();

    private Section(String path, Map<String, Object> values, Survey survey) {
        this.path = path;
        this.values = values;
        this.survey = survey;
    }

    public static Section root(Map<String, Object> values, Survey survey) {
        return new Section("", values, survey);
    }

    public Section section(String name) {
        known.add(name);
        Object value = values.get(name);
        if (value != null && !(value instanceof Map)) {
            problem(name, "is not an object", "write {…}");
        }
        return child(at(name), value);
    }

    /** A list of objects of one shape. An empty list is surveyed once all the same, for the reference page. */
    public <T> List<T> sections(String name, String about, Function<Section, T> read) {
        known.add(name);
        asked(name, "list of objects", "[]", about, values.containsKey(name) ? "…" : "[]");
        Object value = values.getOrDefault(name, List.of());
        if (!(value instanceof List<?> items)) {
            problem(name, "is not a list", "write [{…}]");
            return List.of();
        }
        if (items.isEmpty()) { // what such an object would hold still belongs on the reference page
            ask(read, new Section(at(name) + "[]", Map.of(), survey.keysOnly()));
        }
        List<T> all = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            String place = name + "[" + i + "]";
            if (!(items.get(i) instanceof Map)) {
                problem(place, "is not an object", "write {…}");
            }
            all.add(read.apply(child(at(place), items.get(i))));
        }
        return List.copyOf(all);
    }

    public int integer(String name, int fallback, int min, int max, String about) {
        return (int) number(name, (long) fallback, min, max, about);
    }

    public long millis(String name, long fallback, long min, long max, String about) {
        return number(name, fallback, min, max, about);
    }

    public long number(String name, @Nullable Long fallback, long min, long max, String about) {
        Object value = ask(name, "number " + min + " to " + max, fallback, about);
        if (value instanceof Long number && number >= min && number <= max) {
            return number;
        }
        if (value != null) {
            problem(name, "is " + shown(value), "a whole number from " + min + " to " + max + " is needed");
        }
        return fallback == null ? min : fallback;
    }

    public boolean flag(String name, boolean fallback, String about) {
        Object value = ask(name, "true or false", fallback, about);
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value != null) {
            problem(name, "is " + shown(value), "true or false is needed");
        }
        return fallback;
    }

    public String text(String name, String fallback, String about) {
        return text(name, fallback, Pattern.compile("(?s).{0,4096}"), about);
    }

    public String text(String name, String fallback, Pattern form, String about) {
        Object value = ask(name, "text", fallback, about);
        return checkedText(name, value, form).orElse(fallback);
    }

    public Optional<String> optionalText(String name, String about) {
        Object value = ask(name, "text", null, about);
        return checkedText(name, value, Pattern.compile("(?s).{0,8192}"));
    }

    public Optional<Secret> secret(String name, String about) {
        known.add(name);
        boolean given = values.containsKey(name);
        asked(name, "secret", "none", about, given ? Json.quote(Secret.REDACTED) : "null");
        return checkedText(name, resolved(name), Pattern.compile("(?s).{0,16384}"))
                .map(Secret::new);
    }

    public <E extends Enum<E>> E choice(String name, E fallback, String about) {
        E[] all = fallback.getDeclaringClass().getEnumConstants();
        String names = Stream.of(all).map(Section::wordOf).collect(Collectors.joining(", "));
        Object value = ask(name, "one of " + names, wordOf(fallback), about);
        for (E each : all) {
            if (wordOf(each).equals(value)) {
                return each;
            }
        }
        if (value != null) {
            problem(name, "is " + shown(value), "one of " + names + " is needed");
        }
        return fallback;
    }

    public <E extends Enum<E>> Set<E> choices(String name, Set<E> fallback, Class<E> of, String about) {
        String names = Stream.of(of.getEnumConstants()).map(Section::wordOf).collect(Collectors.joining(", "));
        List<String> words = texts(
                name,
                fallback.stream().map(Section::wordOf).sorted().toList(),
                Pattern.compile(names.replace(", ", "|")),
                "list of " + names,
                about);
        return Stream.of(of.getEnumConstants())
                .filter(each -> words.contains(wordOf(each)))
                .collect(Collectors.toUnmodifiableSet());
    }

    public List<String> texts(String name, List<String> fallback, Pattern form, String about) {
        return texts(name, fallback, form, "list of texts", about);
    }

    private List<String> texts(String name, List<String> fallback, Pattern form, String kind, String about) {
        Object value = ask(name, kind, fallback, about);
        if (value == null) {
            return fallback;
        }
        if (!(value instanceof List<?> items)) {
            problem(name, "is " + shown(value), "a list of texts is needed");
            return fallback;
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            checkedText(name + "[" + i + "]", items.get(i), form).ifPresent(all::add);
        }
        return List.copyOf(all);
    }

    /** An object whose keys are the operator's own words, or a closed set of ours ({@code keys}). */
    public <V> Map<String, V> table(
            String name,
            Map<String, V> fallback,
            Pattern keys,
            String kind,
            String about,
            Function<Object, Optional<V>> read) {
        Object value = ask(name, kind, fallback, about);
        if (value == null) {
            return fallback;
        }
        if (!(value instanceof Map<?, ?> rows)) {
            problem(name, "is " + shown(value), "an object is needed");
            return fallback;
        }
        Map<String, V> all = new LinkedHashMap<>();
        rows.forEach((key, row) -> {
            String place = name + "." + key;
            if (!keys.matcher(String.valueOf(key)).matches()) {
                problem(place, "is not known", "keys are " + keys.pattern().replace("|", ", "));
                return;
            }
            read.apply(row)
                    .ifPresentOrElse(
                            good -> all.put(String.valueOf(key), good),
                            () -> problem(place, "is " + shown(row), kind + " is needed"));
        });
        return Map.copyOf(all);
    }

    /** For a rule across several keys; {@code name} is the key to be changed. */
    public void problem(String name, String what, String mend) {
        survey.problems().add(at(name), what, mend);
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** Call once on the root, after everything was read: what nobody asked for is a mistake. */
    public void refuseUnknown() {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                problem(name, "is not known", Spelling.guess(name, known));
            }
        }
        children.forEach(Section::refuseUnknown);
    }

    private @Nullable Object ask(String name, String kind, @Nullable Object fallback, String about) {
        known.add(name);
        Object value = resolved(name);
        String shownFallback = fallback == null ? "none" : Json.write(fallback);
        asked(name, kind, shownFallback, about, Json.write(value == null ? fallback : value));
        return value;
    }

    private void asked(String name, String kind, String fallback, String about, String value) {
        survey.asked(new Setting(at(name), kind, fallback, about, value));
    }

    private @Nullable Object resolved(String name) {
        return References.resolve(values.get(name), survey, at(name));
    }

    private Optional<String> checkedText(String name, @Nullable Object value, Pattern form) {
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text && form.matcher(text).matches()) {
            return Optional.of(text);
        }
        problem(name, "is " + shown(value), "a text of the form " + form.pattern() + " is needed");
        return Optional.empty();
    }

    @SuppressWarnings("unchecked")
    private Section child(String childPath, @Nullable Object value) {
        Map<String, Object> inner = value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
        Section child = new Section(childPath, inner, survey);
        children.add(child);
        return child;
    }

    private static <T> void ask(Function<Section, T> read, Section section) {
        java.util.Objects.requireNonNull(read.apply(section));
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String shown(Object value) {
        return value instanceof Map || value instanceof List ? "a structure" : Json.write(value);
    }

    private static String wordOf(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
