package dev.portcullis.config;

import dev.portcullis.config.text.NameSuggestion;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The values of one object of the file. Each that a record reads is noted for the reference page; any other is a mistake. */
final class SectionValues {
    private final ConfigPath path;
    private final Map<?, ?> written;
    private final Set<String> known;
    private final boolean basic;

    SectionValues(ConfigPath path, Map<?, ?> written) {
        this(path, written, new LinkedHashSet<>(), false);
    }

    private SectionValues(ConfigPath path, Map<?, ?> written, Set<String> known, boolean basic) {
        this.path = path;
        this.written = written;
        this.known = known;
        this.basic = basic;
    }

    /** The same values; keys that are noted by these are settings that operators set. */
    SectionValues basic() {
        return new SectionValues(path, written, known, true);
    }

    /** The value as the operator wrote it; {@code null} is the same as an absent value. */
    @Nullable
    Object written(String name) {
        return written.get(name);
    }

    ConfigValue value(String name) {
        return ConfigValue.at(path.key(name), written.get(name));
    }

    /** The value of a key that is noted with its default. */
    ConfigValue noted(String name, String kind, @Nullable Object fallback, String about) {
        return noted(name, kind, fallback == null ? "none" : Json.write(fallback), about, value(name), fallback);
    }

    /** @param standard the default as the reference page shows it */
    ConfigValue noted(
            String name, String kind, String standard, String about, ConfigValue value, @Nullable Object fallback) {
        note(name, kind, standard, about, Json.write(value.value() == null ? fallback : value.value()));
        return value;
    }

    /** @param value as it may be shown */
    void note(String name, String kind, String standard, String about, String value) {
        know(name);
        path.reading().add(new Setting(path.key(name).path(), kind, standard, about, value, basic));
    }

    /**
     * Notes a value that holds a secret.
     *
     * @param shown stands for it
     */
    void noteSecret(
            String name, String kind, String standard, String about, @Nullable Object shown, ConfigValue value) {
        know(name);
        path.reading()
                .add(new Setting(
                        path.key(name).path(),
                        kind,
                        standard,
                        about,
                        Json.write(shown),
                        new Secret(Json.write(value.value())),
                        basic));
    }

    /** A record reads this key. */
    void know(String name) {
        known.add(name);
    }

    void refuseUnknown() {
        for (Object key : written.keySet()) {
            String name = String.valueOf(key);
            if (!known.contains(name)) {
                path.operatorKey(name).problem("is not known", NameSuggestion.guess(name, known));
            }
        }
    }
}
