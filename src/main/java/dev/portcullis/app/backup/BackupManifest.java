package dev.portcullis.app.backup;

import dev.portcullis.config.Json;
import dev.portcullis.protocol.Result;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a backup is, as its file {@code manifest.json} says.
 *
 * @param format of the folder and of all rows in it
 * @param program the version that wrote it
 * @param at the moment that it holds
 * @param files whether it has uploaded files
 */
public record BackupManifest(long format, String program, Instant at, boolean files) {
    /** A change of what an older program could not read raises it. */
    static final long FORMAT = 1;

    static BackupManifest now(String program, Instant at, boolean files) {
        return new BackupManifest(FORMAT, program, at, files);
    }

    String text() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("format", format);
        fields.put("program", program);
        fields.put("at", at.toString());
        fields.put("files", files);
        return Json.pretty(fields) + "\n";
    }

    /** Refused with what is wrong with it. */
    static Result<BackupManifest, String> parse(String text) {
        try {
            if (Json.parseWithoutComments(text) instanceof Map<?, ?> fields
                    && fields.get("format") instanceof Long format) {
                return format > FORMAT
                        ? Result.refused("it is of a newer program, with format " + format + "; this one reads up to "
                                + FORMAT + ": take that program")
                        : of(format, fields);
            }
        } catch (IOException | DateTimeParseException unreadable) {
            return Result.refused("manifest.json is damaged");
        }
        return Result.refused("manifest.json is damaged");
    }

    private static Result<BackupManifest, String> of(long format, Map<?, ?> fields) {
        return fields.get("program") instanceof String program
                        && fields.get("at") instanceof String at
                        && fields.get("files") instanceof Boolean files
                ? Result.done(new BackupManifest(format, program, Instant.parse(at), files))
                : Result.refused("manifest.json is damaged");
    }
}
