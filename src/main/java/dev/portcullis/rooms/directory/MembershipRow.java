package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomRole;
import dev.portcullis.rooms.directory.Membership.Origin;
import dev.portcullis.store.StoreFailure;

/** The stored form of a membership: {@code 1 <role> <origin> <since>}, and {@code assigned} if another user gave the role. */
final class MembershipRow {
    private static final String FORMAT = "1";
    private static final int PARTS = 4;
    private static final String ASSIGNED = "assigned";

    private MembershipRow() {}

    static String encode(Membership membership) {
        String row = String.join(
                " ", FORMAT, membership.role().id(), membership.origin().id(), Long.toString(membership.since()));
        return membership.assigned() ? row + ' ' + ASSIGNED : row;
    }

    /** Fails for an unreadable row: to ignore it could take a right away, to guess could give one. */
    static Membership decode(String row) {
        String[] parts = row.split(" ", -1);
        boolean assigned = parts.length > PARTS && parts[PARTS].equals(ASSIGNED);
        if (parts.length != PARTS + (assigned ? 1 : 0) || !parts[0].equals(FORMAT)) {
            throw unreadable();
        }
        try {
            RoomRole role = RoomRole.of(parts[1]).orElseThrow(MembershipRow::unreadable);
            Origin origin = Origin.of(parts[2]).orElseThrow(MembershipRow::unreadable);
            return new Membership(role, origin, Long.parseLong(parts[3]), assigned);
        } catch (IllegalArgumentException malformed) {
            throw unreadable();
        }
    }

    private static StoreFailure unreadable() {
        return new StoreFailure("a membership can't be read");
    }
}
