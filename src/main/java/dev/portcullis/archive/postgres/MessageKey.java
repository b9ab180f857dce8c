package dev.portcullis.archive.postgres;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** The id of a message as the archive stores it: ours are UUIDs, and those of others any text. */
record MessageKey(Optional<UUID> uuid, Optional<String> name) {
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    static MessageKey of(String id) {
        return UUID_FORM.matcher(id).matches()
                ? new MessageKey(Optional.of(UUID.fromString(id)), Optional.empty())
                : new MessageKey(Optional.empty(), Optional.of(StorableText.encode(id)));
    }

    /** The month before which the message is probably not. */
    int earliestMonth() {
        return uuid.map(Months::earliest).orElse(0);
    }
}
