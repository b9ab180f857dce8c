package dev.portcullis.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
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
            place.misfit(
                    "the environment variable " + Shown.name(name) + (found == null ? " is not set" : " is empty"),
                    "set it");
            return null;
        }
        return found;
    }

    private static @Nullable String fromFile(String name, Place place) {
        Optional<Path> file = place.survey().resolve(name);
        String shown = "the file " + Shown.value(file.map(Path::toString).orElse(name));
        try {
            return TextFile.read(file.orElseThrow(IOException::new), MAX_BYTES).stripTrailing();
        } catch (CharacterCodingException binary) {
            place.misfit(shown + " is not UTF-8 text", "correct the path or the file");
        } catch (IOException unreadable) {
            place.misfit(shown + " can't be read", "a readable file of at most " + MAX_BYTES + " bytes is needed");
        }
        return null;
    }
}
