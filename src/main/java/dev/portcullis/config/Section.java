package dev.portcullis.config;

import dev.portcullis.config.text.NameSuggestion;
import dev.portcullis.config.text.TextFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One object of the file, as a record reads it. Each method states bounds and default. A wrong value is reported with
 * its path and replaced by the default, so that reading continues and finds further problems.
 */
public final class Section {
    private static final String FOREVER = "forever";
    private static final String RELATIVE = "a relative path starts in the folder of the configuration file";
    private static final TextFormat ANY_TEXT = TextFormat.ofLength(0, 4_096);
    private static final TextFormat SOME_TEXT = TextFormat.ofLength(1, 8_192);
    private static final TextFormat SOME_SECRET = TextFormat.ofLength(1, 16_384);

    private final ConfigPath path;
    private final SectionValues values;
    private final Map<String, Section> children;

    private Section(ConfigPath path, Map<?, ?> values) {
        this(path, new SectionValues(path, values), new LinkedHashMap<>());
    }

    private Section(ConfigPath path, SectionValues values, Map<String, Section> children) {
        this.path = path;
        this.values = values;
        this.children = children;
    }

    public static Section root(Map<?, ?> values, ConfigReading reading) {
        return new Section(new ConfigPath("", reading), values);
    }

    /**
     * The same object, for the keys that operators set: they are on the first page of the reference. A key that is read without
     * this is a bound of the inside, on the page of advanced settings.
     */
    public Section basic() {
        return new Section(path, values.basic(), children);
    }

    /** Returns the same section to two records that share it. */
    public Section section(String name) {
        values.know(name);
        return children.computeIfAbsent(name, any -> {
            Object value = values.written(name);
            if (value == null || value instanceof Map) {
                return new Section(path.key(name), value instanceof Map<?, ?> map ? map : Map.of());
            }
            invalidValue(name, "is " + DisplaySafe.kind(value), "an object is needed");
            return new Section(path.key(name).muted(), Map.of());
        });
    }

    /** A list of objects of one shape. An empty list is read once for the reference page. */
    public <T> List<T> sections(String name, String about, Function<Section, T> read) {
        values.note(name, "list of objects", "[]", about, "[]");
        Object value = values.written(name);
        if (value != null && !(value instanceof List)) {
            invalidValue(name, "is " + DisplaySafe.kind(value), "a list of objects is needed");
            return List.of();
        }
        List<?> items = value instanceof List<?> list ? list : List.of();
        if (items.isEmpty()) {
            recordShape(name, read);
        }
        List<T> all = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            itemSection(path.key(name).item(i), items.get(i)).map(read).ifPresent(all::add);
        }
        return List.copyOf(all);
    }

    /**
     * Objects of one shape under names that the operator chooses. One without a name is read once for the reference page.
     *
     * @param names the form of the names
     */
    public <T> Map<String, T> named(String name, Pattern names, String about, BiFunction<String, Section, T> read) {
        values.note(name, "object", "{}", about, "{}");
        Object value = values.written(name);
        if (value != null && !(value instanceof Map)) {
            invalidValue(name, "is " + DisplaySafe.kind(value), "an object is needed");
            return Map.of();
        }
        Map<?, ?> items = value instanceof Map<?, ?> map ? map : Map.of();
        if (items.isEmpty()) {
            recordShape(name, shape -> read.apply("", shape));
        }
        Map<String, T> all = new LinkedHashMap<>();
        items.forEach((key, item) -> {
            String id = String.valueOf(key);
            ConfigPath at = path.key(name).operatorKey(id);
            if (names.matcher(id).matches()) {
                itemSection(at, item).map(each -> read.apply(id, each)).ifPresent(each -> all.put(id, each));
            } else {
                at.invalidValue("is not known", NameSuggestion.guess(id, names));
            }
        });
        return Collections.unmodifiableMap(all);
    }

    /** A JSON document: as it stands here, or by a {@code $file} that holds it alone. Its own keys may begin with a dollar sign. */
    public Optional<Object> document(String name, String about) {
        Object written = values.written(name);
        boolean elsewhere = written instanceof Map<?, ?> map && map.size() == 1 && map.containsKey("$file");
        Object document = written;
        if (elsewhere && values.value(name).value() instanceof String text) {
            try {
                document = Json.parseWithoutComments(text);
            } catch (IOException notJson) {
                invalidValue(
                        name, "refers to a file that " + notJson.getMessage(), "a file with one JSON value is needed");
                document = null;
            }
        } else if (elsewhere) {
            document = null; // the file could not be read
        }
        values.note(name, "JSON, or {\"$file\": \"path\"}", "required", about, Json.write(document));
        return Optional.ofNullable(document);
    }

    public int integer(String name, int fallback, int min, int max, String about) {
        return (int) number(name, (long) fallback, min, max, about);
    }

    /** @param standard the default in words, if it depends on the machine: the reference page must not */
    public int integer(String name, String standard, int fallback, int min, int max, String about) {
        ConfigValue value = values.value(name).literal().amount(Unit.of(name));
        return values.noted(name, Unit.kind(name, min, max), standard, about, value, (long) fallback)
                .number(min, max)
                .orElse((long) fallback)
                .intValue();
    }

    public long millis(String name, long fallback, long min, long max, String about) {
        return number(name, fallback, min, max, about);
    }

    /** Without a {@code fallback} the number is required. */
    public long number(String name, @Nullable Long fallback, long min, long max, String about) {
        ConfigValue written = values.value(name).literal();
        ConfigValue value = written.amount(Unit.of(name));
        String standard = fallback == null ? "required" : Long.toString(fallback);
        values.noted(name, Unit.kind(name, min, max), standard, about, value, fallback);
        if (fallback == null && written.value() == null) {
            invalidValue(name, "is missing", "a whole number from " + min + " to " + max + " is needed");
        }
        return value.number(min, max).orElse(fallback == null ? min : fallback);
    }

    /** A number, or {@link Long#MAX_VALUE} for the text {@code forever}; empty where it is absent. */
    public Optional<Long> numberOrForever(String name, long min, long max, String about) {
        ConfigValue written = values.value(name).literal();
        boolean forever = FOREVER.equals(written.value());
        ConfigValue value = forever ? written : written.amount(Unit.of(name));
        values.noted(name, Unit.kind(name, min, max) + ", or " + FOREVER, "none", about, value, null);
        return forever ? Optional.of(Long.MAX_VALUE) : value.number(min, max);
    }

    public boolean flag(String name, boolean fallback, String about) {
        ConfigValue value = values.value(name).literal();
        return values.noted(name, "true or false", Json.write(fallback), about, value, fallback)
                .flag()
                .orElse(fallback);
    }

    public String text(String name, String fallback, String about) {
        return text(name, fallback, ANY_TEXT, about);
    }

    public String text(String name, String fallback, Pattern form, String about) {
        return text(name, fallback, TextFormat.of(form), about);
    }

    public Optional<String> optionalText(String name, String about) {
        return values.noted(name, SOME_TEXT.kind(), null, about).text(SOME_TEXT);
    }

    public Optional<Secret> secret(String name, String about) {
        ConfigValue value = values.value(name);
        values.noteSecret(name, "secret", "none", about, values.written(name) == null ? null : Secret.REDACTED, value);
        return value.secret(SOME_SECRET);
    }

    /** The path of a file or a folder; a relative path is resolved in the folder of the configuration file. */
    public Optional<String> path(String name, String about) {
        ConfigValue value = values.value(name);
        Optional<String> path = value.text(SOME_TEXT)
                .flatMap(text ->
                        this.path.reading().resolve(text).map(Path::toString).or(() -> value.refused("a path")));
        values.note(name, "a path", "none", about, Json.write(path.orElse(null)));
        return path;
    }

    /**
     * The path of a PEM file or, by a {@code $file}, its text. The content is checked while the configuration is read.
     */
    public Optional<Pem> pem(String name, Pem.Content content, String about) {
        ConfigValue value = values.value(name);
        Optional<Pem> pem = value.secret(SOME_SECRET).map(text -> new Pem(text).resolved(path.reading()));
        Object shown = pem.map(each -> each.fold(path -> path, text -> Secret.REDACTED))
                .orElse(null);
        values.noteSecret(name, "a path", "none", about, shown, value);
        pem.flatMap(each -> each.problem(content))
                .ifPresent(problem -> problem(name, problem, "a readable PEM file is needed; " + RELATIVE));
        return pem;
    }

    /**
     * Checks the pair that was read here as {@code certificate} and {@code key}. Reports a certificate that a listener can't
     * serve, or else a key that belongs to another certificate.
     */
    public void requireMatching(Optional<Pem> certificate, Optional<Pem> key) {
        Optional<String> unservedKey = certificate.flatMap(Pem::unservedKey);
        if (unservedKey.isPresent()) {
            problem(
                    "certificate",
                    certificate.get().displayName() + " is made for " + unservedKey.get(),
                    "give one for a key of " + Pem.KEYS);
            return;
        }
        certificate
                .flatMap(chain -> key.filter(chain::mismatches))
                .ifPresent(other -> problem(
                        "key",
                        other.displayName() + " does not belong to "
                                + path.key("certificate").path(),
                        "give the private key that the certificate was made for"));
    }

    /**
     * An address that may contain a password, which is never printed (CWE-532).
     *
     * @param words the form in the words of an operator
     */
    public Secret address(String name, String fallback, Pattern form, String words, String about) {
        ConfigValue value = values.value(name);
        Object shown = value.value() instanceof String text ? DisplaySafe.address(text) : fallback;
        values.noteSecret(name, "an address", Json.write(fallback), about, shown, value);
        return value.secret(TextFormat.of(form, words)).orElse(new Secret(fallback));
    }

    public <E extends Enum<E>> E choice(String name, E fallback, String about) {
        EnumNames<E> names = new EnumNames<>(fallback.getDeclaringClass());
        return names.find(text(name, EnumNames.id(fallback), names.form(), about))
                .orElse(fallback);
    }

    public <E extends Enum<E>> Set<E> choices(String name, Set<E> fallback, Class<E> of, String about) {
        return choices(name, fallback, of, EnumSet.allOf(of), about);
    }

    /** @param offered the constants that may be chosen */
    public <E extends Enum<E>> Set<E> choices(String name, Set<E> fallback, Class<E> of, Set<E> offered, String about) {
        EnumNames<E> names = new EnumNames<>(offered);
        Set<E> all = EnumSet.noneOf(of);
        texts(name, EnumNames.ids(fallback), names.form(), about)
                .forEach(id -> names.find(id).ifPresent(all::add));
        return Collections.unmodifiableSet(all);
    }

    public List<String> texts(String name, List<String> fallback, Pattern form, String about) {
        return texts(name, fallback, TextFormat.of(form), about);
    }

    /** Names or addresses, each with an optional port. */
    public List<String> hosts(String name, List<String> fallback, Pattern form, String about) {
        List<String> hosts = texts(name, fallback, form, about);
        String invalid = hosts.stream()
                .filter(HostPort::hasInvalidPort)
                .map(DisplaySafe::value)
                .collect(Collectors.joining(", "));
        if (!invalid.isEmpty()) {
            invalidValue(name, "holds " + invalid, "a port is a whole number from 1 to " + HostPort.LAST_PORT);
        }
        return hosts;
    }

    /** An object with keys that the operator chooses, or with keys of a closed set ({@code keys}). */
    public <V> Map<String, V> table(
            String name,
            Map<String, V> fallback,
            Pattern keys,
            String kind,
            String about,
            Function<Object, Optional<V>> read) {
        return new KeyedRows(values.noted(name, kind, fallback, about), keys, kind)
                .rows(read)
                .orElse(fallback);
    }

    /** Like {@link #table}, but values are never printed, since they may be secrets (CWE-532). */
    public <V> Map<String, V> secretTable(
            String name, Pattern keys, String kind, String about, Function<String, Optional<V>> read) {
        ConfigValue value = values.value(name);
        KeyedRows rows = new KeyedRows(value, keys, kind);
        values.noteSecret(name, kind, "{}", about, rows.redacted(), value);
        return rows.secretRows(SOME_SECRET, read).orElse(Map.of());
    }

    /** Reports a violated rule across several keys; {@code name} is the key to be changed, or its path from here. */
    public void problem(String name, String what, String fix) {
        path.key(name).problem(what, fix);
    }

    /** Like {@link #problem}, for a value that can't be read: rules then ignore its default. */
    public void invalidValue(String name, String what, String fix) {
        path.key(name).invalidValue(what, fix);
    }

    /**
     * A key that an earlier version read, and this one does not. It keeps no node from starting, and is named with what to do.
     *
     * @param instead what the operator may do
     */
    public void removed(String name, String instead) {
        values.know(name);
        if (has(name)) {
            path.key(name).withoutEffect(instead);
        }
    }

    /** Whether the operator set a value; {@code null} is the same as an absent value. */
    public boolean has(String name) {
        return values.written(name) != null;
    }

    /** Whether the value is true, for a section that depends on a flag that its own record reads later. */
    public boolean isTrue(String name) {
        return Boolean.TRUE.equals(values.value(name).literal().value());
    }

    /** Call once on the root, after everything was read: a key that no record read is a mistake. */
    public void refuseUnknown() {
        values.refuseUnknown();
        children.values().forEach(Section::refuseUnknown);
    }

    private String text(String name, String fallback, TextFormat form, String about) {
        return values.noted(name, form.kind(), fallback, about).text(form).orElse(fallback);
    }

    private List<String> texts(String name, List<String> fallback, TextFormat form, String about) {
        ConfigValue value = values.noted(name, "list, each " + form.kind(), fallback, about);
        if (!(value.value() instanceof List<?> items)) {
            value.wrongType("a list");
            return fallback;
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            ConfigValue.item(path.key(name).item(i), items.get(i), form.words())
                    .flatMap(item -> item.text(form))
                    .ifPresent(all::add);
        }
        return List.copyOf(all);
    }

    private Optional<Section> itemSection(ConfigPath path, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            path.invalidValue("is " + DisplaySafe.kind(value), "an object is needed");
            return Optional.empty();
        }
        Section item = new Section(path, map);
        children.put(path.path(), item);
        return Optional.of(item);
    }

    private <T> void recordShape(String name, Function<Section, T> read) {
        Object unused = read.apply(new Section(path.key(name).anyItem(), Map.of()));
    }
}
