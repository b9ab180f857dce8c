package dev.portcullis.uploads.ticket;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;

/**
 * One upload, from its ticket to the end of its file.
 *
 * @param target the room or conversation whose members may fetch the file
 * @param size bytes, exactly
 * @param ticketHash {@link UploadTicket#hash()}
 * @param dueAt when the state has lasted too long: nothing is taken, kept or fetched from then on
 */
public record Upload(
        FileId id,
        State state,
        UserId owner,
        Target target,
        String name,
        long size,
        String mime,
        String ticketHash,
        long createdAt,
        long dueAt,
        TicketGrant grant,
        UploadOrigin origin) {

    /** The states of an upload, in this order. */
    public enum State {
        /** Its ticket is good. */
        ISSUED,
        /** Its ticket was used: its bytes arrive, or were lost on the way. */
        RECEIVING,
        /** Its bytes are all there, and were checked. */
        KEPT,
        /** As in {@code KEPT}, but a message that named it was removed, and a hold keeps it: it is not fetched any more. */
        HELD,
        /** Its file is deleted. It counts until that is done, also if a node dies meanwhile. */
        ENDING,
        /** Its file is deleted as in {@code ENDING}, and its ticket was not used. */
        LAPSING;

        /** Whether it is not kept yet. */
        public boolean isPending() {
            return this == ISSUED || this == RECEIVING;
        }

        /** Whether all its bytes are there, and are to stay. */
        public boolean hasFile() {
            return this == KEPT || this == HELD;
        }

        public boolean isEnding() {
            return this == ENDING || this == LAPSING;
        }

        /** Whether a disk has room for it: not before its ticket is used. */
        public boolean isOnDisk() {
            return this != ISSUED && this != LAPSING;
        }

        private State end() {
            return isOnDisk() ? ENDING : LAPSING;
        }
    }

    public Upload in(State next, long nextDueAt) {
        return with(next, nextDueAt, origin);
    }

    Upload ofNewUser(boolean isNew) {
        return with(state, dueAt, new UploadOrigin(origin.address(), isNew));
    }

    private Upload with(State next, long nextDueAt, UploadOrigin from) {
        return new Upload(id, next, owner, target, name, size, mime, ticketHash, createdAt, nextDueAt, grant, from);
    }

    /** Its end has begun. */
    public Upload ending(long retryAt) {
        return in(state.end(), retryAt);
    }

    /** Whether this ticket may be used for it. */
    public boolean isOpenTo(UploadTicket ticket, long now) {
        return state == State.ISSUED && now < dueAt && ticketHash.equals(ticket.hash());
    }

    public boolean isKept(long now) {
        return state == State.KEPT && now < dueAt;
    }

    @Override
    public String toString() { // names of files tell what users do (CWE-532)
        return "Upload[" + id + ", " + state + "]";
    }

    /**
     * The origin of an upload.
     *
     * @param address the networks that the client counted under when it asked for the ticket, narrowest first
     * @param ofNewUser whether its owner was new then: it counts for these networks until it is gone
     */
    public record UploadOrigin(List<String> address, boolean ofNewUser) {
        public UploadOrigin {
            address = List.copyOf(address);
        }

        /** Whether the owner is new is known when the ticket is given. */
        public static UploadOrigin of(List<String> address) {
            return new UploadOrigin(address, false);
        }
    }

    /**
     * The token by which a ticket was given: who brings the ticket shows none, and what was right then may be over (CWE-613).
     *
     * @param grantsRoom whether the token grants the room of the file
     * @param tokenId {@code jti}, or the hash of what is signed
     * @param issuedAt milliseconds; 0 where the token has no {@code iat}
     * @param family {@code sid}: the login that the token comes from
     */
    public record TicketGrant(Role role, boolean grantsRoom, String tokenId, long issuedAt, Optional<String> family) {}
}
