package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.RoomTerms.Condition;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.streams.StreamBars;
import dev.portcullis.streams.StreamName;
import java.util.List;
import java.util.stream.Stream;

/**
 * Names the rows of a room, all in the lane of its stream. Each frame asks whether the room was deleted and which membership the
 * user has; these rows lie apart from those that change often, so that an append is not held up by others who come and go.
 */
record RoomRows(RoomId room) {
    static final RowForm<Room> ROOM = RowForm.of(Room.class);
    static final RowForm<Membership> MEMBERSHIP = RowForm.of(Membership.class);
    static final RowForm<Deletion> DELETION = RowForm.of(Deletion.class);

    /** The deleted rooms of the lane, by the time of their deletion. */
    static final Partition DELETIONS = new Partition("room_deletions", "all");

    StreamName stream() {
        return StreamName.room(room);
    }

    int lane() {
        return stream().lane();
    }

    /** The row of a room that a user created: {@link #ROOM}. */
    RowKey record() {
        return RowKey.of("room", room.value());
    }

    /** The row of a room that was deleted: {@link #DELETION}. */
    RowKey deletion() {
        return RowKey.of("room_deleted", room.value());
    }

    Partition members() {
        return new Partition("room_member", room.value());
    }

    RowKey member(UserId user) {
        return members().row(user.value());
    }

    RowKey memberCount() {
        return RowKey.of("room_members", room.value());
    }

    /** The number of owners of a room that a user created. */
    RowKey ownerCount() {
        return RowKey.of("room_owners", room.value());
    }

    /** The mutes, by user, with the time at which each is over. Mutes that are over are removed with the next mute. */
    Partition mutes() {
        return new Partition("room_mute", room.value());
    }

    RowKey mute(UserId user) {
        return mutes().row(user.value());
    }

    Partition muteEnds() {
        return new Partition("room_mute_end", room.value());
    }

    RowKey muteEnd(long until, UserId user) {
        return muteEnds().row(byTime(until, user.value()));
    }

    /** The number of mutes, including those that are over. */
    RowKey muteCount() {
        return RowKey.of("room_mutes", room.value());
    }

    /** The bar of the user, which the stream owns. */
    RowKey bar(UserId user) {
        return StreamBars.of(stream(), user);
    }

    /** The rows that tell whether the conditions hold. */
    List<RowKey> of(List<Condition> conditions) {
        return conditions.stream()
                .flatMap(each -> each.unbarred()
                        ? Stream.of(member(each.user()), bar(each.user()))
                        : Stream.of(member(each.user())))
                .toList();
    }

    RowKey barCount() {
        return StreamBars.count(stream());
    }

    static RowKey deletionAt(long time, RoomId room) {
        return DELETIONS.row(byTime(time, room.value()));
    }

    /** The name that {@link #muteEnd} and {@link #deletionAt} have put behind the time. */
    static String behindTime(String key) {
        return key.substring(key.indexOf(' ') + 1);
    }

    static long time(String key) {
        return Long.parseLong(key.substring(0, key.indexOf(' ')));
    }

    private static String byTime(long time, String name) {
        return RowKey.ordered(time) + " " + name;
    }

    /** The time at which a room was deleted, and the user who did it. */
    record Deletion(long at, UserId by) {
        /** Longer than any stream keeps an entry, so that a room with a used id shows nothing of the one before. */
        static final long TAKEN_MS = 62 * 86_400_000L;

        boolean isInForce(long now) {
            return now < at + TAKEN_MS;
        }
    }
}
