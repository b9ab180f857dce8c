package dev.portcullis.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.InvalidPathException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values that stand elsewhere: {@code {"$env": "NAME"}} and {@code {"$file": "path"}}. */
final class References {
    private static final String FORMS = "write {\"$env\": \"NAME\"} or {\"$file\": \"path\"}";
    private static final int MAX_BYTES = 1 << 16;

    private References() {}

    static boolean isReference(@Nullable Object written) {
        return written instanceof Map<?, ?> map
                && map.keySet().stream().anyMatch(key -> String.valueOf(key).startsWith("$"));
    }

    /** What a reference points at; any other value as it stands. Nothing, and a problem, where it leads nowhere. */
    static @Nullable Object follow(@Nullable Object written, Place place) {
        if (!(written instanceof Map<?, ?> map) || !isReference(written)) {
            return written;
        }
        if (map.size() == 1 && map.get("$env") instanceof String name) {
            return fromEnvironment(name, place);
        }
        if (map.size() == 1 && map.get("$file") instanceof String name) {
            return fromFile(name, place);
        }
        place.misfit("is not a reference we know", FORMS);
        return null;
    }

    private static @Nullable String fromEnvironment(String name, Place place) {
        String found = place.survey().environment().get(name);
        if (found == null || found.isEmpty()) {
            place.misfit("the environment variable " + Shown.name(name) + " is not set", "set it");
            return null;
        }
        return found;
    }

    private static @Nullable String fromFile(String name, Place place) {
        try {
            return TextFile.read(place.survey().folder().resolve(name), MAX_BYTES)
                    .stripTrailing();
        } catch (CharacterCodingException binary) {
            place.misfit("the file " + Shown.value(name) + " is not UTF-8 text", "correct the path or the file");
        } catch (IOException | InvalidPathException unreadable) {
            place.misfit(
                    "the file " + Shown.value(name) + " can't be read",
                    "a readable file of at most " + MAX_BYTES + " bytes is needed");
        }
        return null;
    }
}
