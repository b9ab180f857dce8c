package dev.portcullis.rooms;

import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.rooms.UserRooms.End;
import dev.portcullis.rooms.UserRooms.Ended;
import dev.portcullis.rooms.UserRooms.Read;
import dev.portcullis.rooms.UserRooms.Rooms;
import dev.portcullis.rooms.UserRooms.UserRoom;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.rooms.directory.RoomCursor;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomList;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomListStore.Entry;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.directory.RoomStore.Member;
import dev.portcullis.rooms.directory.RoomTerms;
import dev.portcullis.rooms.directory.RoomTerms.Condition;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Answers operators' calls about all rooms of a user: shows them, and ends all memberships. */
final class UserRoomsResponder {
    private static final int SHOWN_AT_ONCE = 100;

    /** The memberships that one call ends. Each takes a few steps, and one with an heir a read of all members. */
    private static final int ENDED_AT_ONCE = 10;

    private final RoomStore rooms;
    private final RoomListStore lists;
    private final RoomDirectory directory;
    private final Succession succession;
    private final Invitations invitations;
    private final MembershipNews news;

    UserRoomsResponder(
            RoomStore rooms,
            RoomListStore lists,
            RoomDirectory directory,
            Invitations invitations,
            MembershipNews news) {
        this.rooms = rooms;
        this.lists = lists;
        this.directory = directory;
        this.succession = new Succession(directory);
        this.invitations = invitations;
        this.news = news;
    }

    /** Completes when questions can arrive at this instance. */
    Future<?> open(Bus bus, int instance) {
        return Future.all(
                bus.answer(UserRooms.READ, instance, this::read), bus.answer(UserRooms.END, instance, this::end));
    }

    private Future<Rooms> read(Read request) {
        List<UserRoom> found = new ArrayList<>();
        return each(
                        request.user(),
                        request.from(),
                        SHOWN_AT_ONCE,
                        (list, entry) -> rooms.find(entry.room(), request.user())
                                .onSuccess(facts -> facts.membership()
                                        .ifPresent(membership ->
                                                found.add(new UserRoom(entry.room(), membership.role())))))
                .map(next -> new Rooms(List.copyOf(found), next));
    }

    /** Ends a part of the memberships. A young entry of a list usually stays for a change that may follow: here none follows. */
    private Future<Ended> end(End request) {
        RoomTerms terms = new RoomTerms(List.of(), request.notAfter());
        Future<Void> uninvited =
                request.from().equals(RoomCursor.START) ? invitations.end(request.user()) : Future.succeededFuture();
        return uninvited
                .compose(any -> each(
                        request.user(),
                        request.from(),
                        ENDED_AT_ONCE,
                        (list, entry) ->
                                leave(entry.room(), request.user(), terms).compose(done -> lists.remove(list, entry))))
                .map(Ended::new);
    }

    /** Takes one room after the other: the calls of one operator must not hold up those of users. */
    private <R> Future<Optional<RoomCursor>> each(
            UserId user, RoomCursor from, int most, BiFunction<RoomList, Entry, Future<R>> step) {
        RoomList list = RoomList.of(from.kind(), user);
        return lists.page(list, from.after(), most)
                .compose(entries -> ChunkedCalls.run(entries, 1, entry -> step.apply(list, entry))
                        .map(any -> next(from, entries, most)));
    }

    private static Optional<RoomCursor> next(RoomCursor from, List<Entry> entries, int most) {
        if (entries.size() == most) {
            RoomId last = entries.get(entries.size() - 1).room();
            return Optional.of(new RoomCursor(from.kind(), Optional.of(last)));
        }
        return from.nextList().filter(from::isBesides);
    }

    /** Ends the membership and the mute, which names the user and is shown to no other user. */
    private Future<?> leave(RoomId room, UserId user, RoomTerms terms) {
        return directory
                .mute(room, user, 0, terms)
                .compose(any -> directory.removeMember(room, user, terms))
                .compose(change ->
                        change == RoomChange.LAST_OWNER ? handOver(room, user, terms) : Future.succeededFuture(change))
                .compose(UserRoomsResponder::ended);
    }

    /** Gives the room to an heir, or deletes it if there is no other member. */
    private Future<RoomChange> handOver(RoomId room, UserId user, RoomTerms terms) {
        return succession
                .successor(room, user)
                .compose(found -> found.map(heir -> handOver(room, user, heir, terms)
                                .onSuccess(change -> {
                                    if (change == RoomChange.DONE) {
                                        news.changed(room, heir.user(), RoomRole.OWNER, Optional.empty());
                                    }
                                }))
                        .orElseGet(() -> directory.deleteLeft(room, user, terms)));
    }

    private Future<RoomChange> handOver(RoomId room, UserId user, Member heir, RoomTerms terms) {
        Condition same = new Condition(heir.user(), Optional.of(heir.membership()));
        return directory
                .promote(room, heir, new RoomTerms(List.of(same), terms.notAfter()))
                .compose(change -> change == RoomChange.DONE
                        ? directory.removeMember(room, user, terms)
                        : Future.succeededFuture(change));
    }

    /**
     * Succeeds for a room that is deleted or absent. Any other outcome means that the room changed meanwhile: the deletion is
     * repeated.
     */
    private static Future<RoomChange> ended(RoomChange change) {
        return change == RoomChange.DONE || change == RoomChange.ABSENT
                ? Future.succeededFuture(change)
                : Future.failedFuture(new StoreFailure("a room changed while its member was deleted: " + change));
    }
}
