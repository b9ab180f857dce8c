package dev.portcullis.config;

import dev.portcullis.config.text.TextFormat;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value of the configuration, converted to the type that a record needs. A value that does not fit is reported and
 * read as empty.
 *
 * @param written as the operator wrote it; {@code null} is the same as an absent value
 * @param value the value after its reference is resolved
 */
record ConfigValue(
        ConfigPath path, @Nullable Object written, @Nullable Object value) {
    static ConfigValue at(ConfigPath path, @Nullable Object written) {
        return new ConfigValue(path, written, ValueReferences.follow(written, path));
    }

    /** An item of a list or a table has no default, so {@code null} is a mistake. */
    static Optional<ConfigValue> item(ConfigPath path, @Nullable Object written, String needed) {
        if (written == null) {
            path.invalidValue("is null", needed + " is needed");
            return Optional.empty();
        }
        return Optional.of(at(path, written));
    }

    /** Parses a number or a flag that comes from a file or the environment, which hold text only. */
    ConfigValue literal() {
        if (!ValueReferences.isReference(written) || !(value instanceof String text)) {
            return this;
        }
        try {
            return new ConfigValue(path, written, Json.parse(text));
        } catch (IOException notJson) {
            return this;
        }
    }

    /** Reads a text of a number and a unit. A wrong text is reported, and counts as absent from then on. */
    ConfigValue amount(Optional<Unit> unit) {
        if (unit.isEmpty() || !(value instanceof String text)) {
            return this;
        }
        Unit.Amount amount = unit.get().read(text);
        if (amount.value().isEmpty()) {
            String shown = ValueReferences.isReference(written)
                    ? "refers to a value that"
                    : "is " + DisplaySafe.value(text) + ", which";
            path.invalidValue(shown + " " + amount.what(), amount.fix());
        }
        return new ConfigValue(path, written, amount.value().orElse(null));
    }

    Optional<Long> number(long min, long max) {
        if (value instanceof Long number && number >= min && number <= max) {
            return Optional.of(number);
        }
        return refused("a whole number from " + min + " to " + max);
    }

    Optional<Boolean> flag() {
        return value instanceof Boolean flag ? Optional.of(flag) : refused("true or false");
    }

    Optional<String> text(TextFormat form) {
        return value instanceof String text && form.admits(text) ? Optional.of(text) : refused(form.words());
    }

    /** Like {@link #text}, but the problem does not quote the value: the line may end up in a log (CWE-532). */
    Optional<Secret> secret(TextFormat form) {
        if (value instanceof String text && form.admits(text)) {
            return Optional.of(new Secret(text));
        }
        return refusedUnshown(form.words());
    }

    <T> Optional<T> refusedUnshown(String needed) {
        if (value != null) {
            path.invalidValue("does not fit (its value is not shown)", needed + " is needed");
        }
        return Optional.empty();
    }

    /** Reports a value of another type where an object or a list is needed. */
    void wrongType(String needed) {
        if (value != null) {
            path.invalidValue("is " + DisplaySafe.kind(value), needed + " is needed");
        }
    }

    <T> Optional<T> refused(String needed) {
        if (value != null) {
            String problem = ValueReferences.isReference(written)
                    ? "refers to a value that does not fit"
                    : "is " + DisplaySafe.value(value);
            path.invalidValue(problem, needed + " is needed");
        }
        return Optional.empty();
    }
}
