package dev.portcullis.archive.postgres;

import java.util.Optional;
import java.util.UUID;

/** The id of a message as the archive stores it: ours are UUIDs, and those of others any text. */
record MessageKey(Optional<UUID> uuid, Optional<String> name) {
    private static final String UUID_FORM = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

    static MessageKey of(String id) {
        return isUuid(id)
                ? new MessageKey(Optional.of(UUID.fromString(id)), Optional.empty())
                : new MessageKey(Optional.empty(), Optional.of(StorableText.encode(id)));
    }

    /** A loop, since each entry that is added is asked. */
    private static boolean isUuid(String id) {
        boolean is = id.length() == UUID_FORM.length();
        for (int i = 0; is && i < UUID_FORM.length(); i++) {
            char unit = id.charAt(i);
            is = UUID_FORM.charAt(i) == '-'
                    ? unit == '-'
                    : (unit >= '0' && unit <= '9') || (unit >= 'a' && unit <= 'f');
        }
        return is;
    }

    /** The month before which the message is probably not. */
    int earliestMonth() {
        return uuid.map(Months::earliest).orElse(0);
    }
}
