package dev.portcullis.admin.users;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomLimits;
import dev.portcullis.rooms.directory.RoomList;
import dev.portcullis.rooms.directory.RoomListStore.Entry;
import dev.portcullis.rooms.directory.RoomRole;
import dev.portcullis.rooms.directory.RoomStore.Member;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The rooms of a user: shows them, and ends all memberships. */
final class Memberships {
    private static final int PAGE = 100;

    private final UserStores stores;
    private final RoomDirectory directory;

    /** A room of the user, with their role there. */
    record Row(RoomId room, Membership membership) {}

    Memberships(UserStores stores, RoomLimits limits) {
        this.stores = stores;
        this.directory = new RoomDirectory(stores.rooms(), stores.lists(), limits);
    }

    Future<List<Row>> of(UserId user) {
        List<Row> rows = new ArrayList<>();
        return each(
                        user,
                        room -> stores.rooms()
                                .find(room, user)
                                .onSuccess(facts -> facts.membership()
                                        .ifPresent(membership -> rows.add(new Row(room, membership)))))
                .map(any -> List.copyOf(rows));
    }

    Future<Void> end(UserId user) {
        return each(user, room -> leave(room, user));
    }

    /** One room after the other: the calls of one operator must not hold up those of users. */
    private Future<Void> each(UserId user, Function<RoomId, Future<?>> step) {
        return each(RoomList.owned(user), Optional.empty(), step)
                .compose(any -> each(RoomList.joined(user), Optional.empty(), step));
    }

    private Future<Void> each(RoomList list, Optional<RoomId> after, Function<RoomId, Future<?>> step) {
        return stores.lists()
                .page(list, after, PAGE)
                .compose(entries -> inTurn(entries, 0, step)
                        .compose(any -> entries.size() < PAGE
                                ? Future.succeededFuture()
                                : each(
                                        list,
                                        Optional.of(
                                                entries.get(entries.size() - 1).room()),
                                        step)));
    }

    private static Future<Void> inTurn(List<Entry> entries, int next, Function<RoomId, Future<?>> step) {
        return next == entries.size()
                ? Future.succeededFuture()
                : step.apply(entries.get(next).room()).compose(any -> inTurn(entries, next + 1, step));
    }

    private Future<?> leave(RoomId room, UserId user) {
        return directory
                .removeMember(room, user, List.of())
                .compose(change ->
                        change == RoomChange.LAST_OWNER ? handOver(room, user) : Future.succeededFuture(change));
    }

    /** The member of the highest role becomes the owner. A room without another member has no one left, and is deleted. */
    private Future<RoomChange> handOver(RoomId room, UserId user) {
        return directory.members(room, Optional.empty(), PAGE).compose(members -> {
            List<UserId> heirs = members.stream()
                    .filter(member -> !member.user().equals(user))
                    .sorted(Comparator.comparing(
                                    (Member member) -> member.membership().role())
                            .reversed())
                    .map(Member::user)
                    .toList();
            return handOver(room, heirs, 0)
                    .compose(done -> done
                            ? directory.removeMember(room, user, List.of())
                            : directory.delete(room, user, List.of()));
        });
    }

    /** One who owns as many rooms as they may can't take it. */
    private Future<Boolean> handOver(RoomId room, List<UserId> heirs, int next) {
        return next == heirs.size()
                ? Future.succeededFuture(false)
                : directory
                        .putMember(room, heirs.get(next), new Membership(RoomRole.OWNER), List.of())
                        .compose(change -> change == RoomChange.DONE
                                ? Future.succeededFuture(true)
                                : handOver(room, heirs, next + 1));
    }
}
