package dev.portcullis.rooms;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.RoomCursor;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The stage client for operators' calls about all rooms of a user, a part of the rooms at a time. Its futures fail only with a
 * {@code BusFailure}; then a part may be done.
 */
public final class UserRooms {
    static final Question<Read, Rooms> READ =
            Question.about(Stage.ROOMS, "rooms_of_user", Read.class, Rooms.class, Read::user);
    static final Question<End, Ended> END =
            Question.about(Stage.ROOMS, "end_memberships", End.class, Ended.class, End::user);

    private final Bus bus;
    private final LongSupplier clock;

    /** @param clock the time in milliseconds, not ahead of the store's */
    public UserRooms(Bus bus, LongSupplier clock) {
        this.bus = bus;
        this.clock = clock;
    }

    public Future<List<UserRoom>> of(UserId user) {
        return of(user, RoomCursor.START, new ArrayList<>());
    }

    private Future<List<UserRoom>> of(UserId user, RoomCursor from, List<UserRoom> found) {
        return bus.askLong(READ, new Read(user, from)).compose(part -> {
            found.addAll(part.rooms());
            return part.next()
                    .map(next -> of(user, next, found))
                    .orElseGet(() -> Future.succeededFuture(List.copyOf(found)));
        });
    }

    /** Ends all memberships. A room of which the user is the only owner gets another one, or is deleted without members. */
    public Future<Void> end(UserId user) {
        return end(user, RoomCursor.START);
    }

    private Future<Void> end(UserId user, RoomCursor from) {
        return bus.askLong(END, new End(user, from, clock.getAsLong() + bus.longDeadlineMs()))
                .compose(part -> part.next().map(next -> end(user, next)).orElseGet(Future::succeededFuture));
    }

    /** A room of the user, with their role there. */
    public record UserRoom(RoomId room, RoomRole role) {}

    record Read(UserId user, RoomCursor from) {}

    /** The reply to {@link Read}: a part of the rooms. */
    record Rooms(List<UserRoom> rooms, Optional<RoomCursor> next) {}

    /**
     * The request of {@link #end}.
     *
     * @param notAfter the latest time at which it may be done, by the store's clock
     */
    record End(UserId user, RoomCursor from, long notAfter) {}

    /** The reply to {@link End}: a part of the memberships is ended. */
    record Ended(Optional<RoomCursor> next) {}
}
