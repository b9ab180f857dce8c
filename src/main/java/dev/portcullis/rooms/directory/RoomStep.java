package dev.portcullis.rooms.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.RoomStore.Condition;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One change of a room in the embedded store: its rows as one batch sees them, and changes them. */
final class RoomStep {
    private final Batch batch;
    private final Tables tables;
    private final RoomId room;
    private RoomStateRow state;

    record Tables(Table rooms, Table members, Table mutes) {
        static Tables of(EmbeddedStore store) {
            return new Tables(store.table("rooms.records"), store.table("rooms.members"), store.table("rooms.mutes"));
        }
    }

    RoomStep(Batch batch, Tables tables, RoomId room) {
        this.batch = batch;
        this.tables = tables;
        this.room = room;
        this.state = RoomStateRow.decode(room, batch.get(tables.rooms(), roomKey(room)));
    }

    RoomStateRow state() {
        return state;
    }

    void put(RoomStateRow changed) {
        state = changed;
        batch.put(tables.rooms(), roomKey(room), changed.encode());
    }

    boolean unchanged(List<Condition> conditions) {
        return conditions.stream()
                .allMatch(condition -> membership(condition.user()).equals(condition.membership()));
    }

    Optional<Membership> membership(UserId user) {
        return membership(state.life(), batch.get(tables.members(), key(room, user)));
    }

    /** Gives a user another membership. Returns false where a room that a user created would lose its last owner. */
    boolean change(UserId user, Optional<Membership> wanted) {
        Optional<Membership> present = membership(user);
        long owners = owner(wanted) - owner(present);
        boolean counted = state.room().isPresent();
        if (owners < 0 && isLastOwner(present)) {
            return false;
        }
        wanted.ifPresentOrElse(
                membership -> batch.put(
                        tables.members(), key(room, user), row(state.life(), MembershipRow.encode(membership))),
                () -> batch.delete(tables.members(), key(room, user)));
        put(state.with((wanted.isPresent() ? 1 : 0) - (present.isPresent() ? 1 : 0), counted ? owners : 0));
        return true;
    }

    /** Whether a room that a user created has no owner but the one whose membership this is. */
    boolean isLastOwner(Optional<Membership> present) {
        return state.room().isPresent() && owner(present) > 0 && state.owners() <= 1;
    }

    Optional<Long> mutedUntil(UserId user) {
        return mutedUntil(state.life(), batch.get(tables.mutes(), key(room, user)));
    }

    void mute(UserId user, Optional<Long> until) {
        long before = mutedUntil(user).isPresent() ? 1 : 0;
        until.ifPresentOrElse(
                end -> batch.put(
                        tables.mutes(),
                        key(room, user),
                        row(state.life(), Long.toString(end).getBytes(US_ASCII))),
                () -> batch.delete(tables.mutes(), key(room, user)));
        put(state.withMutes((until.isPresent() ? 1 : 0) - before));
    }

    /** Empty also for a row of an earlier life of the room. */
    static Optional<Membership> membership(long life, byte @Nullable [] row) {
        return MembershipRow.decode(content(life, row));
    }

    /** Empty also for a row of an earlier life of the room. */
    static Optional<Long> mutedUntil(long life, byte @Nullable [] row) {
        byte[] content = content(life, row);
        return content == null ? Optional.empty() : Optional.of(Long.valueOf(new String(content, US_ASCII)));
    }

    static byte[] roomKey(RoomId room) {
        return room.value().getBytes(US_ASCII);
    }

    /** Neither id can contain the separator. */
    static byte[] key(RoomId room, UserId user) {
        return (room.value() + '\0' + user.value()).getBytes(US_ASCII);
    }

    private static byte @Nullable [] content(long life, byte @Nullable [] row) {
        if (row == null) {
            return null;
        }
        int space = 0;
        while (space < row.length && row[space] != ' ') {
            space++;
        }
        try {
            boolean now = Long.parseLong(new String(row, 0, space, UTF_8)) == life;
            return now ? Arrays.copyOfRange(row, Math.min(space + 1, row.length), row.length) : null;
        } catch (NumberFormatException malformed) {
            throw new StoreFailure("a row of a room can't be read");
        }
    }

    private static byte[] row(long life, byte[] content) {
        byte[] head = (life + " ").getBytes(US_ASCII);
        byte[] row = Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, row, head.length, content.length);
        return row;
    }

    private static long owner(Optional<Membership> membership) {
        return membership.filter(each -> each.role() == RoomRole.OWNER).isPresent() ? 1 : 0;
    }
}
