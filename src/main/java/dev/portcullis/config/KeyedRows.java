package dev.portcullis.config;

import dev.portcullis.config.text.NameSuggestion;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An object whose keys are the operator's own words, or a closed set of ours. A row that does not fit is noted and left out.
 *
 * @param kind what each of its values must be, in words
 */
record KeyedRows(ConfigValue value, Pattern keys, String kind) {
    /** Empty where no object stands there. */
    <V> Optional<Map<String, V>> rows(Function<Object, Optional<V>> read) {
        return rows((at, written) -> ConfigValue.item(at, written, kind)
                .flatMap(row -> Optional.ofNullable(row.value()).flatMap(read).or(() -> row.refused(kind))));
    }

    /** As {@link #rows}, but a misfit is not repeated: the line may end up in a log (CWE-532). */
    <V> Optional<Map<String, V>> secretRows(TextFormat form, Function<String, Optional<V>> read) {
        return rows((at, written) -> ConfigValue.item(at, written, kind)
                .flatMap(row -> row.secret(form)
                        .flatMap(text -> read.apply(text.reveal()).or(() -> row.hidden(kind)))));
    }

    /** Its keys, each with a value that tells nothing. */
    Map<String, String> redacted() {
        Map<String, String> shown = new LinkedHashMap<>();
        if (value.value() instanceof Map<?, ?> rows) {
            rows.keySet().forEach(key -> shown.put(String.valueOf(key), Secret.REDACTED));
        }
        return shown;
    }

    private <V> Optional<Map<String, V>> rows(BiFunction<ConfigPath, @Nullable Object, Optional<V>> read) {
        if (!(value.value() instanceof Map<?, ?> rows)) {
            value.misshapen("an object");
            return Optional.empty();
        }
        Map<String, V> all = new LinkedHashMap<>();
        rows.forEach((word, row) -> {
            String key = String.valueOf(word);
            ConfigPath at = value.path().word(key);
            if (keys.matcher(key).matches()) {
                read.apply(at, row).ifPresent(good -> all.put(key, good));
            } else {
                at.misfit("is not known", NameSuggestion.guess(key, keys));
            }
        });
        return Optional.of(Collections.unmodifiableMap(all));
    }
}
