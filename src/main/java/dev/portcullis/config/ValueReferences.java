package dev.portcullis.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Resolves references to other sources: {@code {"$env": "NAME"}} and {@code {"$file": "path"}}. */
final class ValueReferences {
    private static final String FORMS = "write {\"$env\": \"NAME\"} or {\"$file\": \"path\"}";
    private static final int MAX_BYTES = 1 << 16;

    private ValueReferences() {}

    static boolean isReference(@Nullable Object written) {
        return written instanceof Map<?, ?> map
                && map.keySet().stream().anyMatch(key -> String.valueOf(key).startsWith("$"));
    }

    /**
     * The value that a reference points to; any other value unchanged. Null, with a problem, for a reference that can't
     * be resolved.
     */
    static @Nullable Object follow(@Nullable Object written, ConfigPath path) {
        if (!(written instanceof Map<?, ?> map) || !isReference(written)) {
            return written;
        }
        if (map.size() == 1 && map.get("$env") instanceof String name) {
            return fromEnvironment(name, path);
        }
        if (map.size() == 1 && map.get("$file") instanceof String name) {
            return fromFile(name, path);
        }
        path.invalidValue("is not a known reference", FORMS);
        return null;
    }

    private static @Nullable String fromEnvironment(String name, ConfigPath path) {
        String found = path.reading().environment().get(name);
        if (found == null || found.isEmpty()) {
            path.invalidValue(
                    "the environment variable " + DisplaySafe.name(name)
                            + (found == null ? " is not set" : " is empty"),
                    "set it");
            return null;
        }
        return found;
    }

    private static @Nullable String fromFile(String name, ConfigPath path) {
        Optional<Path> file = path.reading().resolve(name);
        String shown = "the file " + DisplaySafe.value(file.map(Path::toString).orElse(name));
        try {
            return TextFile.read(file.orElseThrow(IOException::new), MAX_BYTES).stripTrailing();
        } catch (CharacterCodingException binary) {
            path.invalidValue(shown + " is not UTF-8 text", "correct the path or the file");
        } catch (IOException unreadable) {
            path.invalidValue(shown + " can't be read", "a readable file of at most " + MAX_BYTES + " bytes is needed");
        }
        return null;
    }
}
