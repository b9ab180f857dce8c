package dev.portcullis.config;

import dev.portcullis.config.text.NameSuggestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One object of the file, as a record reads it. Every question states its bounds and its default; a wrong value is
 * noted with its path and answered with the default, so that reading goes on and finds the rest.
 */
public final class Section {
    private static final String RELATIVE = "a relative path begins in the folder of the configuration file";
    private static final Pattern PORT = Pattern.compile(".*:([0-9]{1,5})");
    private static final int LAST_PORT = 65_535;
    private static final TextFormat ANY_TEXT = TextFormat.ofLength(0, 4_096);
    private static final TextFormat SOME_TEXT = TextFormat.ofLength(1, 8_192);
    private static final TextFormat SOME_SECRET = TextFormat.ofLength(1, 16_384);

    private final ConfigPath place;
    private final Map<?, ?> values;
    private final Set<String> known = new LinkedHashSet<>();
    private final Map<String, Section> children = new LinkedHashMap<>();

    private Section(ConfigPath path, Map<?, ?> values) {
        this.place = path;
        this.values = values;
    }

    public static Section root(Map<?, ?> values, ConfigReading reading) {
        return new Section(new ConfigPath("", reading), values);
    }

    /** Asked for twice, by two records that share it, it is the same section. */
    public Section section(String name) {
        known.add(name);
        return children.computeIfAbsent(name, any -> {
            Object value = values.get(name);
            if (value == null || value instanceof Map) {
                return new Section(place.key(name), value instanceof Map<?, ?> map ? map : Map.of());
            }
            misfit(name, "is " + DisplaySafe.kind(value), "an object is needed");
            return new Section(place.key(name).muted(), Map.of());
        });
    }

    /** A list of objects of one shape. An empty list is surveyed once all the same, for the reference page. */
    public <T> List<T> sections(String name, String about, Function<Section, T> read) {
        note(name, "list of objects", "[]", about, "[]");
        Object value = values.get(name);
        if (value != null && !(value instanceof List)) {
            misfit(name, "is " + DisplaySafe.kind(value), "a list of objects is needed");
            return List.of();
        }
        List<?> items = value instanceof List<?> list ? list : List.of();
        if (items.isEmpty()) {
            surveyShape(name, read);
        }
        List<T> all = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            itemSection(place.key(name).item(i), items.get(i)).map(read).ifPresent(all::add);
        }
        return List.copyOf(all);
    }

    public int integer(String name, int fallback, int min, int max, String about) {
        return (int) number(name, (long) fallback, min, max, about);
    }

    /** @param standard what the fallback is, in words: it depends on the machine, and the reference page must not */
    public int integer(String name, String standard, int fallback, int min, int max, String about) {
        ConfigValue value = found(name).literal();
        note(name, "number " + min + " to " + max, standard, about, value, (long) fallback);
        return value.number(min, max).orElse((long) fallback).intValue();
    }

    public long millis(String name, long fallback, long min, long max, String about) {
        return number(name, fallback, min, max, about);
    }

    /** Without a {@code fallback} the number is required. */
    public long number(String name, @Nullable Long fallback, long min, long max, String about) {
        ConfigValue value = found(name).literal();
        String standard = fallback == null ? "required" : Long.toString(fallback);
        note(name, "number " + min + " to " + max, standard, about, value, fallback);
        if (fallback == null && value.value() == null) {
            misfit(name, "is missing", "a whole number from " + min + " to " + max + " is needed");
        }
        return value.number(min, max).orElse(fallback == null ? min : fallback);
    }

    public boolean flag(String name, boolean fallback, String about) {
        ConfigValue value = found(name).literal();
        note(name, "true or false", Json.write(fallback), about, value, fallback);
        return value.flag().orElse(fallback);
    }

    public String text(String name, String fallback, String about) {
        return text(name, fallback, ANY_TEXT, about);
    }

    public String text(String name, String fallback, Pattern form, String about) {
        return text(name, fallback, TextFormat.of(form), about);
    }

    public Optional<String> optionalText(String name, String about) {
        return ask(name, SOME_TEXT.kind(), null, about).text(SOME_TEXT);
    }

    public Optional<Secret> secret(String name, String about) {
        boolean given = values.get(name) != null;
        note(name, "secret", "none", about, given ? Json.write(Secret.REDACTED) : "null");
        return found(name).secret(SOME_SECRET);
    }

    /** A file or a folder; a relative path begins in the folder of the configuration file. */
    public Optional<String> path(String name, String about) {
        ConfigValue value = found(name);
        Optional<String> path = value.text(SOME_TEXT)
                .flatMap(text ->
                        place.reading().resolve(text).map(Path::toString).or(() -> value.refused("a path")));
        note(name, "a path", "none", about, Json.write(path.orElse(null)));
        return path;
    }

    /** The path of a PEM file or, by a {@code $file}, its text. What it holds is looked at now, and not at the start. */
    public Optional<Pem> pem(String name, Pem.Content content, String about) {
        Optional<Pem> pem = found(name).secret(SOME_SECRET).map(text -> new Pem(text).resolved(place.reading()));
        Object shown = pem.map(each -> each.fold(path -> path, text -> Secret.REDACTED))
                .orElse(null);
        note(name, "a path", "none", about, Json.write(shown));
        pem.flatMap(each -> each.flaw(content))
                .ifPresent(flaw -> problem(name, flaw, "a readable PEM file is needed; " + RELATIVE));
        return pem;
    }

    /** A pair that was read here as {@code certificate} and {@code key}: TLS fails with a key of another certificate. */
    public void matching(Optional<Pem> certificate, Optional<Pem> key) {
        new CertificatePair(place.key("certificate"), certificate, place.key("key"), key).check();
    }

    /**
     * Where something is, perhaps with a password in it: nothing that is printed repeats that (CWE-532).
     *
     * @param words the form as an operator would write it
     */
    public Secret address(String name, String fallback, Pattern form, String words, String about) {
        ConfigValue value = found(name);
        Object shown = value.value() instanceof String text ? DisplaySafe.address(text) : fallback;
        note(name, "an address", Json.write(fallback), about, Json.write(shown));
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

    /** @param offered those of them that may be chosen */
    public <E extends Enum<E>> Set<E> choices(String name, Set<E> fallback, Class<E> of, Set<E> offered, String about) {
        EnumNames<E> names = new EnumNames<>(offered);
        Set<E> all = EnumSet.noneOf(of);
        texts(name, EnumNames.words(fallback), names.form(), about)
                .forEach(word -> names.find(word).ifPresent(all::add));
        return Collections.unmodifiableSet(all);
    }

    public List<String> texts(String name, List<String> fallback, Pattern form, String about) {
        return texts(name, fallback, TextFormat.of(form), about);
    }

    /** Names or addresses, each perhaps with a port. */
    public List<String> hosts(String name, List<String> fallback, Pattern form, String about) {
        List<String> hosts = texts(name, fallback, form, about);
        String stray = hosts.stream()
                .filter(Section::isOfNoPort)
                .map(DisplaySafe::value)
                .collect(Collectors.joining(", "));
        if (!stray.isEmpty()) {
            misfit(name, "holds " + stray, "a port is a whole number from 1 to " + LAST_PORT);
        }
        return hosts;
    }

    private static boolean isOfNoPort(String host) {
        Matcher port = PORT.matcher(host);
        if (!port.matches()) {
            return false;
        }
        int number = Integer.parseInt(port.group(1));
        return number < 1 || number > LAST_PORT;
    }

    /** An object whose keys are the operator's own words, or a closed set of ours ({@code keys}). */
    public <V> Map<String, V> table(
            String name,
            Map<String, V> fallback,
            Pattern keys,
            String kind,
            String about,
            Function<Object, Optional<V>> read) {
        return new KeyedRows(ask(name, kind, fallback, about), keys, kind)
                .rows(read)
                .orElse(fallback);
    }

    /** As {@link #table}, but nothing that is printed repeats a value: it may be a secret (CWE-532). */
    public <V> Map<String, V> secretTable(
            String name, Pattern keys, String kind, String about, Function<String, Optional<V>> read) {
        KeyedRows rows = new KeyedRows(found(name), keys, kind);
        note(name, kind, "{}", about, Json.write(rows.redacted()));
        return rows.secretRows(SOME_SECRET, read).orElse(Map.of());
    }

    /** For a rule across several keys; {@code name} is the key to be changed, or its path from here. */
    public void problem(String name, String what, String mend) {
        place.key(name).problem(what, mend);
    }

    /** As {@link #problem}, for a value that can't be read: no rule judges what is left without it. */
    public void misfit(String name, String what, String mend) {
        place.key(name).misfit(what, mend);
    }

    /** Whether the operator wrote anything there; {@code null} is nothing. */
    public boolean has(String name) {
        return values.get(name) != null;
    }

    /** Whether true stands there: for a section that depends on another, which is read by its own record later. */
    public boolean isTrue(String name) {
        return Boolean.TRUE.equals(found(name).literal().value());
    }

    /** Call once on the root, after everything was read: what nobody asked for is a mistake. */
    public void refuseUnknown() {
        for (Object key : values.keySet()) {
            String name = String.valueOf(key);
            if (!known.contains(name)) {
                place.word(name).problem("is not known", NameSuggestion.guess(name, known));
            }
        }
        children.values().forEach(Section::refuseUnknown);
    }

    private String text(String name, String fallback, TextFormat form, String about) {
        return ask(name, form.kind(), fallback, about).text(form).orElse(fallback);
    }

    private List<String> texts(String name, List<String> fallback, TextFormat form, String about) {
        ConfigValue value = ask(name, "list, each " + form.kind(), fallback, about);
        if (!(value.value() instanceof List<?> items)) {
            value.misshapen("a list");
            return fallback;
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            ConfigValue.item(place.key(name).item(i), items.get(i), form.words())
                    .flatMap(item -> item.text(form))
                    .ifPresent(all::add);
        }
        return List.copyOf(all);
    }

    private Optional<Section> itemSection(ConfigPath at, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            at.misfit("is " + DisplaySafe.kind(value), "an object is needed");
            return Optional.empty();
        }
        Section item = new Section(at, map);
        children.put(at.path(), item);
        return Optional.of(item);
    }

    private <T> void surveyShape(String name, Function<Section, T> read) {
        Object unused = read.apply(new Section(place.key(name).anyItem(), Map.of()));
    }

    private ConfigValue found(String name) {
        return ConfigValue.at(place.key(name), values.get(name));
    }

    private ConfigValue ask(String name, String kind, @Nullable Object fallback, String about) {
        ConfigValue value = found(name);
        note(name, kind, fallback == null ? "none" : Json.write(fallback), about, value, fallback);
        return value;
    }

    private void note(
            String name, String kind, String standard, String about, ConfigValue value, @Nullable Object fallback) {
        note(name, kind, standard, about, Json.write(value.value() == null ? fallback : value.value()));
    }

    private void note(String name, String kind, String standard, String about, String value) {
        known.add(name);
        place.reading().asked(new Setting(place.key(name).path(), kind, standard, about, value));
    }
}
