package dev.portcullis.uploads.ticket;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.uploads.ticket.Upload.State;
import java.util.Locale;
import java.util.Optional;

/**
 * An upload as the stores keep it, under its id: {@code 1 <state> <owner> <size> <due at> <ticket hash> <created at>
 * <target> <mime> <name>}. Scripts read and write what is before the creation time.
 */
final class UploadRow {
    private static final String FORMAT = "1";
    private static final int PARTS = 10;

    private UploadRow() {}

    static String encode(Upload upload) {
        return String.join(
                " ",
                FORMAT,
                upload.state().name().toLowerCase(Locale.ROOT),
                upload.owner().value(),
                Long.toString(upload.size()),
                Long.toString(upload.dueAt()),
                upload.ticketHash(),
                Long.toString(upload.createdAt()),
                upload.target().fold(room -> "room:" + room, user -> "user:" + user),
                upload.mime(),
                upload.name());
    }

    /** Fails for an unreadable one: to ignore it would leave its file without an owner, or give it to another. */
    static Upload decode(String id, String row) {
        String[] parts = row.split(" ", PARTS);
        if (parts.length != PARTS || !parts[0].equals(FORMAT)) {
            throw unreadable();
        }
        try {
            return new Upload(
                    new FileId(id),
                    State.valueOf(parts[1].toUpperCase(Locale.ROOT)),
                    new UserId(parts[2]),
                    target(parts[7]).orElseThrow(UploadRow::unreadable),
                    parts[9],
                    Long.parseLong(parts[3]),
                    parts[8],
                    parts[5],
                    Long.parseLong(parts[6]),
                    Long.parseLong(parts[4]));
        } catch (IllegalArgumentException malformed) {
            throw unreadable();
        }
    }

    private static Optional<Target> target(String text) {
        int colon = text.indexOf(':');
        String name = text.substring(colon + 1);
        return switch (text.substring(0, Math.max(0, colon))) {
            case "room" -> Optional.of(new Target.ToRoom(new RoomId(name)));
            case "user" -> Optional.of(new Target.ToUser(new UserId(name)));
            default -> Optional.empty();
        };
    }

    private static StoreFailure unreadable() {
        return new StoreFailure("an upload can't be read");
    }
}
