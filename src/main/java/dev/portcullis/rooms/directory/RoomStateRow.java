package dev.portcullis.rooms.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the embedded store keeps of a room beside its members: {@code 1 <life> <deleted at> <members> <owners> <mutes>
 * <room>}; of a deleted one the last part is who deleted it.
 *
 * @param life counts how often a room of this id was deleted: rows of members and mutes of an earlier life count as absent
 * @param deletedAt 0 unless it was deleted
 * @param mutes rows, also of mutes that are over
 */
record RoomStateRow(
        long life,
        long deletedAt,
        long members,
        long owners,
        long mutes,
        Optional<Room> room,
        Optional<UserId> deletedBy) {
    static final RoomStateRow NONE = new RoomStateRow(0, 0, 0, 0, 0, Optional.empty(), Optional.empty());

    private static final String FORMAT = "1";
    private static final int PARTS = 7;

    byte[] encode() {
        return String.join(
                        " ",
                        FORMAT,
                        Long.toString(life),
                        Long.toString(deletedAt),
                        Long.toString(members),
                        Long.toString(owners),
                        Long.toString(mutes),
                        room.map(RoomRow::encode)
                                .or(() -> deletedBy.map(UserId::value))
                                .orElse(""))
                .getBytes(UTF_8);
    }

    /** Fails for an unreadable one. */
    static RoomStateRow decode(RoomId id, byte @Nullable [] row) {
        if (row == null) {
            return NONE;
        }
        String[] parts = new String(row, UTF_8).split(" ", PARTS);
        if (parts.length != PARTS || !parts[0].equals(FORMAT)) {
            throw unreadable();
        }
        try {
            long deletedAt = Long.parseLong(parts[2]);
            Optional<String> last = Optional.of(parts[6]).filter(part -> !part.isEmpty());
            return new RoomStateRow(
                    Long.parseLong(parts[1]),
                    deletedAt,
                    Long.parseLong(parts[3]),
                    Long.parseLong(parts[4]),
                    Long.parseLong(parts[5]),
                    last.filter(any -> deletedAt == 0).map(text -> RoomRow.decode(id, text)),
                    last.filter(any -> deletedAt > 0).map(UserId::new));
        } catch (IllegalArgumentException malformed) {
            throw unreadable();
        }
    }

    boolean isDeleted(long now) {
        return deletedAt > 0 && now < deletedAt + RoomStore.DELETED_MS;
    }

    RoomStateRow with(long membersMore, long ownersMore) {
        return new RoomStateRow(life, deletedAt, members + membersMore, owners + ownersMore, mutes, room, deletedBy);
    }

    RoomStateRow withMutes(long more) {
        return new RoomStateRow(life, deletedAt, members, owners, mutes + more, room, deletedBy);
    }

    RoomStateRow updated(Room other) {
        return new RoomStateRow(life, deletedAt, members, owners, mutes, Optional.of(other), deletedBy);
    }

    RoomStateRow created(Room by) {
        return new RoomStateRow(life + 1, 0, 0, 0, 0, Optional.of(by), Optional.empty());
    }

    RoomStateRow deleted(long now, UserId by) {
        return new RoomStateRow(life + 1, now, 0, 0, 0, Optional.empty(), Optional.of(by));
    }

    private static StoreFailure unreadable() {
        return new StoreFailure("a room can't be read");
    }
}
