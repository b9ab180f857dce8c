package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomRole;
import dev.portcullis.rooms.directory.Membership.Origin;
import dev.portcullis.store.StoreFailure;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A membership as the stores keep it: the format number, then {@code <role> <origin> <since>}, and {@code assigned} where that is
 * so. The script room.lua reads the role.
 */
final class MembershipRow {
    private static final byte FORMAT = 2;
    private static final int PARTS = 3;
    private static final String ASSIGNED = "assigned";

    private MembershipRow() {}

    static byte[] encode(Membership membership) {
        String text = membership.role().id() + ' ' + membership.origin().id() + ' ' + Long.toString(membership.since());
        return ((char) FORMAT + text + (membership.assigned() ? ' ' + ASSIGNED : ""))
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Empty where there is no row. Fails for an unreadable one: to ignore it could take a right away, to guess could
     * give one.
     */
    static Optional<Membership> decode(byte @Nullable [] row) {
        if (row == null) {
            return Optional.empty();
        }
        String[] parts = new String(row, StandardCharsets.US_ASCII).split(" ", -1);
        boolean assigned = parts.length > PARTS && parts[PARTS].equals(ASSIGNED);
        if (row.length < 2 || row[0] != FORMAT || parts.length != PARTS + (assigned ? 1 : 0)) {
            throw unreadable();
        }
        try {
            RoomRole role = RoomRole.of(parts[0].substring(1)).orElseThrow(MembershipRow::unreadable);
            Origin origin = Origin.of(parts[1]).orElseThrow(MembershipRow::unreadable);
            return Optional.of(new Membership(role, origin, Long.parseLong(parts[2]), assigned));
        } catch (IllegalArgumentException malformed) {
            throw unreadable();
        }
    }

    private static StoreFailure unreadable() {
        return new StoreFailure("a membership can't be read");
    }
}
