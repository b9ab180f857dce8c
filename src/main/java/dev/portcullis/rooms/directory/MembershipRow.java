package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomRole;
import dev.portcullis.store.StoreFailure;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A membership as the stores keep it: the format number, then the role's id. */
final class MembershipRow {
    private static final byte FORMAT = 1;

    private MembershipRow() {}

    static byte[] encode(Membership membership) {
        return ((char) FORMAT + membership.role().id()).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Empty where there is no row. Fails for an unreadable one: to ignore it could take a right away, to guess could
     * give one.
     */
    static Optional<Membership> decode(byte @Nullable [] row) {
        if (row == null) {
            return Optional.empty();
        }
        Optional<Membership> membership = row.length > 1 && row[0] == FORMAT
                ? RoomRole.of(new String(row, 1, row.length - 1, StandardCharsets.US_ASCII))
                        .filter(role -> role != RoomRole.ADMIN)
                        .map(Membership::new)
                : Optional.empty();
        if (membership.isEmpty()) {
            throw new StoreFailure("a membership can't be read");
        }
        return membership;
    }
}
