package dev.portcullis.config;

import dev.portcullis.config.text.NameSuggestion;
import dev.portcullis.config.text.TextFormat;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An object with keys that the operator chooses, or with keys of a closed set. A row that does not fit is reported and
 * left out.
 *
 * @param kind the required form of each value, in words
 */
record KeyedRows(ConfigValue value, Pattern keys, String kind) {
    /** Empty if the value is no object. */
    <V> Optional<Map<String, V>> rows(Function<Object, Optional<V>> read) {
        return rows((path, written) -> ConfigValue.item(path, written, kind)
                .flatMap(row -> Optional.ofNullable(row.value()).flatMap(read).or(() -> row.refused(kind))));
    }

    /** Like {@link #rows}, but problems don't quote a value: the line may end up in a log (CWE-532). */
    <V> Optional<Map<String, V>> secretRows(TextFormat form, Function<String, Optional<V>> read) {
        return rows((path, written) -> ConfigValue.item(path, written, kind)
                .flatMap(row -> row.secret(form)
                        .flatMap(text -> read.apply(text.reveal()).or(() -> row.refusedUnshown(kind)))));
    }

    /** The keys, each with a redacted value. */
    Map<String, String> redacted() {
        Map<String, String> shown = new LinkedHashMap<>();
        if (value.value() instanceof Map<?, ?> rows) {
            rows.keySet().forEach(key -> shown.put(String.valueOf(key), Secret.REDACTED));
        }
        return shown;
    }

    private <V> Optional<Map<String, V>> rows(BiFunction<ConfigPath, @Nullable Object, Optional<V>> read) {
        if (!(value.value() instanceof Map<?, ?> rows)) {
            value.wrongType("an object");
            return Optional.empty();
        }
        Map<String, V> all = new LinkedHashMap<>();
        rows.forEach((name, row) -> {
            String key = String.valueOf(name);
            ConfigPath path = value.path().operatorKey(key);
            if (keys.matcher(key).matches()) {
                read.apply(path, row).ifPresent(accepted -> all.put(key, accepted));
            } else {
                path.invalidValue("is not known", NameSuggestion.guess(key, keys));
            }
        });
        return Optional.of(Collections.unmodifiableMap(all));
    }
}
