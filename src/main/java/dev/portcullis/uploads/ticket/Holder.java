package dev.portcullis.uploads.ticket;

import dev.portcullis.protocol.UserId;
import java.util.List;

/**
 * A user who has uploads.
 *
 * @param bytes of all of them, from their tickets on
 * @param oldestAt when the oldest was given its ticket
 * @param address where the newest came from, narrowest network first
 */
public record Holder(UserId owner, long bytes, long uploads, long oldestAt, List<String> address) {
    public Holder {
        address = List.copyOf(address);
    }

    static Holder of(UserId owner, Sums sums, long oldestAt, Upload newest) {
        return new Holder(
                owner, sums.bytes(), sums.uploads(), oldestAt, newest.origin().address());
    }
}
