package dev.portcullis.uploads.ticket;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.uploads.ticket.Upload.State;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An upload as the stores keep it, under its id: {@code 1 <state> <owner> <size> <due at> <ticket hash> <created at>
 * <target> <mime> <grant> <origin> <name>}, the grant as {@code <role> <0|1> <issued at> <token id> <family>} with dots between, texts in
 * base64url, the origin as {@code <0|1>} and networks with commas between.
 */
final class UploadRow {
    private static final String FORMAT = "1";
    private static final int PARTS = 12;
    private static final int GRANT_PARTS = 5;

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
                grant(upload.grant()),
                origin(upload.origin()),
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
                    parts[11],
                    Long.parseLong(parts[3]),
                    parts[8],
                    parts[5],
                    Long.parseLong(parts[6]),
                    Long.parseLong(parts[4]),
                    grant(parts[9]),
                    origin(parts[10]));
        } catch (IllegalArgumentException malformed) {
            throw unreadable();
        }
    }

    private static String grant(TicketGrant grant) {
        return String.join(
                ".",
                grant.role().name(),
                grant.grantsRoom() ? "1" : "0",
                Long.toString(grant.issuedAt()),
                encoded(grant.tokenId()),
                grant.family().map(UploadRow::encoded).orElse(""));
    }

    private static TicketGrant grant(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != GRANT_PARTS) {
            throw unreadable();
        }
        return new TicketGrant(
                Role.valueOf(parts[0]),
                parts[1].equals("1"),
                decoded(parts[3]),
                Long.parseLong(parts[2]),
                Optional.of(parts[4]).filter(family -> !family.isEmpty()).map(UploadRow::decoded));
    }

    private static String origin(UploadOrigin origin) {
        List<String> parts = new ArrayList<>(List.of(origin.ofNewUser() ? "1" : "0"));
        parts.addAll(origin.address());
        return String.join(",", parts);
    }

    private static UploadOrigin origin(String text) {
        List<String> parts = List.of(text.split(",", -1));
        return new UploadOrigin(parts.subList(1, parts.size()), parts.get(0).equals("1"));
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String text) {
        return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
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
