package dev.portcullis.admin.users;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.MembershipNotice;
import dev.portcullis.rooms.MembershipNotices;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomLimits;
import dev.portcullis.rooms.directory.RoomList;
import dev.portcullis.rooms.directory.RoomListStore.Entry;
import dev.portcullis.rooms.directory.RoomStore.Condition;
import dev.portcullis.rooms.directory.RoomStore.Member;
import dev.portcullis.rooms.directory.RoomStore.Terms;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** The rooms of a user: shows them, and ends all memberships. */
final class Memberships {
    private static final int PAGE = 100;

    private final UserStores stores;
    private final RoomDirectory directory;
    private final RoomDirectory unlimited;
    private final int page;

    /** A room of the user, with their role there. */
    record Row(RoomId room, Membership membership) {}

    Memberships(UserStores stores, RoomLimits limits) {
        this.stores = stores;
        this.directory = new RoomDirectory(stores.rooms(), stores.lists(), limits);
        this.unlimited = new RoomDirectory(stores.rooms(), stores.lists(), withoutLimits(limits));
        this.page = limits.page();
    }

    Future<List<Row>> of(UserId user) {
        List<Row> rows = new ArrayList<>();
        return each(
                        user,
                        (list, entry) -> stores.rooms()
                                .find(entry.room(), user)
                                .onSuccess(facts -> facts.membership()
                                        .ifPresent(membership -> rows.add(new Row(entry.room(), membership)))))
                .map(any -> List.copyOf(rows));
    }

    /**
     * A young entry of a list stays after the membership, for a change that may be under way: here none is.
     *
     * @param heirs are told which rooms are theirs now
     */
    Future<Void> end(UserId user, MembershipNotices heirs) {
        return each(
                user,
                (list, entry) -> leave(entry.room(), user, heirs)
                        .compose(any -> stores.lists().remove(list, entry)));
    }

    /** One room after the other: the calls of one operator must not hold up those of users. */
    private Future<Void> each(UserId user, BiFunction<RoomList, Entry, Future<?>> step) {
        return each(RoomList.owned(user), Optional.empty(), step)
                .compose(any -> each(RoomList.joined(user), Optional.empty(), step));
    }

    private Future<Void> each(RoomList list, Optional<RoomId> after, BiFunction<RoomList, Entry, Future<?>> step) {
        return stores.lists()
                .page(list, after, PAGE)
                .compose(entries -> inTurn(list, entries, 0, step)
                        .compose(any -> entries.size() < PAGE
                                ? Future.succeededFuture()
                                : each(
                                        list,
                                        Optional.of(
                                                entries.get(entries.size() - 1).room()),
                                        step)));
    }

    private static Future<Void> inTurn(
            RoomList list, List<Entry> entries, int next, BiFunction<RoomList, Entry, Future<?>> step) {
        return next == entries.size()
                ? Future.succeededFuture()
                : step.apply(list, entries.get(next)).compose(any -> inTurn(list, entries, next + 1, step));
    }

    /** The mute goes too: it names the user, and is shown to no one else. */
    private Future<?> leave(RoomId room, UserId user, MembershipNotices heirs) {
        return directory
                .mute(room, user, 0, Terms.NONE)
                .compose(any -> directory.removeMember(room, user, Terms.NONE))
                .compose(change ->
                        change == RoomChange.LAST_OWNER ? handOver(room, user, heirs) : Future.succeededFuture(change))
                .compose(Memberships::ended);
    }

    /** The member of the highest role becomes the owner. A room without another member has no one left, and is deleted. */
    private Future<RoomChange> handOver(RoomId room, UserId user, MembershipNotices heirs) {
        return heir(room, user, Optional.empty(), Optional.empty())
                .compose(found -> found.map(heir ->
                                handOver(room, user, heir).onSuccess(change -> tell(heirs, change, room, heir.user())))
                        .orElseGet(() -> directory.delete(room, user, Terms.NONE)));
    }

    /** Also to one who owns as many rooms as they may: a room with members must not vanish with one of them. */
    private Future<RoomChange> handOver(RoomId room, UserId user, Member heir) {
        return unlimited
                .putMember(
                        room,
                        heir.user(),
                        new Membership(RoomRole.OWNER),
                        false,
                        new Terms(List.of(new Condition(heir.user(), Optional.of(heir.membership()))), Long.MAX_VALUE))
                .compose(change -> change == RoomChange.DONE
                        ? directory.removeMember(room, user, Terms.NONE)
                        : Future.succeededFuture(change));
    }

    private void tell(MembershipNotices heirs, RoomChange change, RoomId room, UserId heir) {
        if (change == RoomChange.DONE) {
            stores.rooms()
                    .find(room, heir)
                    .onSuccess(facts -> facts.membership()
                            .map(membership -> new MembershipNotice(
                                    heir,
                                    room,
                                    Optional.of(membership.role()),
                                    facts.room().map(Room::name).orElse(room.value()),
                                    Optional.empty()))
                            .ifPresent(notice -> heirs.tell(List.of(notice))));
        }
    }

    private Future<Optional<Member>> heir(RoomId room, UserId user, Optional<UserId> after, Optional<Member> best) {
        return directory.members(room, after, page).compose(members -> {
            Optional<Member> better = Stream.concat(best.stream(), members.stream())
                    .filter(member -> !member.user().equals(user))
                    .min(Comparator.comparing(
                                    (Member member) -> member.membership().role())
                            .reversed()); // of equal ones the first
            return members.size() < page
                    ? Future.succeededFuture(better)
                    : heir(
                            room,
                            user,
                            Optional.of(members.get(members.size() - 1).user()),
                            better);
        });
    }

    /** Any other outcome is that of a room which changed meanwhile: the deletion is repeated. */
    private static Future<RoomChange> ended(RoomChange change) {
        return change == RoomChange.DONE || change == RoomChange.ABSENT
                ? Future.succeededFuture(change)
                : Future.failedFuture(new StoreFailure("a room changed while its member was deleted: " + change));
    }

    private static RoomLimits withoutLimits(RoomLimits limits) {
        return new RoomLimits(
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                limits.page(),
                limits.longestMuteMs());
    }
}
