package dev.portcullis.config;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What stands at a place, turned into what a record wants. A value that doesn't fit is noted and answered with nothing.
 *
 * @param written as the operator wrote it; {@code null} is the same as nothing
 * @param value what that comes to once its reference is followed
 */
record ConfigValue(
        ConfigPath path, @Nullable Object written, @Nullable Object value) {
    static ConfigValue at(ConfigPath path, @Nullable Object written) {
        return new ConfigValue(path, written, ValueReferences.follow(written, path));
    }

    /** Within a list or a table nothing can be left to a default, so {@code null} is a mistake. */
    static Optional<ConfigValue> item(ConfigPath path, @Nullable Object written, String needed) {
        if (written == null) {
            path.misfit("is null", needed + " is needed");
            return Optional.empty();
        }
        return Optional.of(at(path, written));
    }

    /** Files and the environment hold text only, so a number or a flag from there is read out of it. */
    ConfigValue literal() {
        if (!ValueReferences.isReference(written) || !(value instanceof String text)) {
            return this;
        }
        try {
            return new ConfigValue(path, written, Json.parse(text));
        } catch (IOException word) {
            return this;
        }
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

    /** As {@link #text}, but a misfit isn't repeated to the operator: the line may end up in a log (CWE-532). */
    Optional<Secret> secret(TextFormat form) {
        if (value instanceof String text && form.admits(text)) {
            return Optional.of(new Secret(text));
        }
        return hidden(form.words());
    }

    <T> Optional<T> hidden(String needed) {
        if (value != null) {
            path.misfit("does not fit (its value is not shown)", needed + " is needed");
        }
        return Optional.empty();
    }

    /** A structure was asked for, and nothing or something else stands there. */
    void misshapen(String needed) {
        if (value != null) {
            path.misfit("is " + DisplaySafe.kind(value), needed + " is needed");
        }
    }

    <T> Optional<T> refused(String needed) {
        if (value != null) {
            String what = ValueReferences.isReference(written)
                    ? "refers to a value that does not fit"
                    : "is " + DisplaySafe.value(value);
            path.misfit(what, needed + " is needed");
        }
        return Optional.empty();
    }
}
