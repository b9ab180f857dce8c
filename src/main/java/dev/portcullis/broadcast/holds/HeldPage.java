package dev.portcullis.broadcast.holds;

import java.util.List;

/**
 * A page of what a hold has kept.
 *
 * @param inForce whether there is the hold; nothing is read of one that was lifted
 * @param next the place where the next page begins; empty at the end
 */
public record HeldPage(boolean inForce, List<Copy> copies, String next) {
    static final HeldPage NONE = new HeldPage(false, List.of(), "");

    /**
     * An entry as members had it.
     *
     * @param room the room that it was in; empty for one of an inbox
     * @param owner the user in whose inbox it was; empty for one of a room
     * @param storedAt the store time
     * @param frame the frame as it was encoded for delivery
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    public record Copy(String room, String owner, long storedAt, byte[] frame) {}
}
