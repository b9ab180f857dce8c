package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.rooms.directory.RoomListStore.Entry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads lists of rooms. Each entry is compared with its room, which alone is the truth: an entry that stands for nothing is not
 * shown, and is removed once no change can follow it any more.
 */
public final class RoomListing {
    private static final int STEP = 100;

    private final RoomStore rooms;
    private final RoomListStore lists;

    /**
     * A room as a user may see it.
     *
     * @param room the room's record; empty for a room of which only memberships are kept
     */
    public record Listed(RoomId id, Optional<Room> room, Optional<Membership> membership) {}

    /**
     * @param next the place where the next page begins; empty at the end. A page may be short, and is the last only if this is
     * empty
     */
    public record Page(List<Listed> rooms, Optional<RoomCursor> next) {}

    private record Checked(Entry entry, RoomFacts facts, boolean valid) {}

    RoomListing(RoomStore rooms, RoomListStore lists) {
        this.rooms = rooms;
        this.lists = lists;
    }

    /**
     * The viewer's own rooms, those that they joined, those that others added them to, and the other public rooms, each list by
     * id. A page ends before the public rooms: the rooms of the configuration stand between, and are not of this directory.
     */
    Future<Page> page(UserId viewer, Optional<RoomCursor> after, int limit) {
        return collect(viewer, after.orElse(RoomCursor.START), limit, new ArrayList<>());
    }

    Future<RoomFacts> facts(RoomList list, Entry entry, UserId user) {
        return check(list, entry, user).map(Checked::facts);
    }

    /** Removes the entry of a room, if it stands for nothing and no change can follow it. */
    Future<Void> heal(RoomList list, RoomId room, UserId user) {
        return lists.find(list, room)
                .compose(entry -> entry.map(found -> check(list, found, user).<Void>mapEmpty())
                        .orElseGet(Future::succeededFuture));
    }

    /**
     * Removes the entries that stand for nothing among a few: those behind this room, and then the first ones. A call that any
     * user can repeat must not read a whole list, which may be long (CWE-400).
     */
    Future<Void> heal(RoomList list, UserId user, RoomId behind) {
        return read(list, user, Optional.of(behind), STEP)
                .compose(some -> some.size() < STEP
                        ? read(list, user, Optional.empty(), STEP - some.size()).mapEmpty()
                        : Future.succeededFuture());
    }

    /** Whether the list has another room than this one among its first entries. */
    Future<Boolean> hasOther(RoomList list, UserId user, RoomId than) {
        return read(list, user, Optional.empty(), STEP)
                .map(some -> some.stream()
                        .anyMatch(each -> each.valid() && !each.entry().room().equals(than)));
    }

    private Future<Page> collect(UserId viewer, RoomCursor cursor, int left, List<Listed> found) {
        return read(RoomList.of(cursor.kind(), viewer), viewer, cursor.after(), left)
                .compose(checked -> {
                    checked.stream()
                            .filter(each -> isShown(cursor, each))
                            .map(each -> new Listed(
                                    each.entry().room(),
                                    each.facts().room(),
                                    each.facts().membership()))
                            .forEach(found::add);
                    boolean more = checked.size() == left;
                    Optional<RoomCursor> next = more
                            ? Optional.of(new RoomCursor(cursor.kind(), Optional.of(last(checked))))
                            : cursor.nextList();
                    int rest = left - checked.size();
                    return rest == 0 || next.filter(cursor::isBesides).isEmpty()
                            ? Future.succeededFuture(new Page(List.copyOf(found), next))
                            : collect(viewer, next.get(), rest, found);
                });
    }

    private Future<List<Checked>> read(RoomList list, UserId user, Optional<RoomId> after, int limit) {
        return lists.page(list, after, limit)
                .compose(entries -> ChunkedCalls.run(entries, entry -> check(list, entry, user)));
    }

    /**
     * Compares an entry with its room, and removes it if it stands for nothing. The entry was read before the room: a later
     * membership has an entry with another stamp. So the removal is right however late it comes, also if this process stood still
     * meanwhile.
     */
    private Future<Checked> check(RoomList list, Entry entry, UserId user) {
        return rooms.find(entry.room(), user).compose(facts -> {
            Checked checked = new Checked(entry, facts, list.has(facts, user));
            return checked.valid() || !entry.settled()
                    ? Future.succeededFuture(checked)
                    : lists.remove(list, entry).map(checked);
        });
    }

    /** Whether the room is shown. The viewer's own rooms are not shown again among the public ones. */
    private static boolean isShown(RoomCursor cursor, Checked checked) {
        boolean own = checked.facts().membership().isPresent();
        return checked.valid() && !(cursor.kind() == RoomList.Kind.PUBLIC && own);
    }

    private static RoomId last(List<Checked> checked) {
        return checked.get(checked.size() - 1).entry().room();
    }
}
