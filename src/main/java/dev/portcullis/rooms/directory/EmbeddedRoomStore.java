package dev.portcullis.rooms.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.embedded.EmbeddedBars;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Rooms in the embedded store: a row for each room, each member and each mute. Their keys begin with the room, so that
 * a room's rows are adjacent. A deletion begins another life of the room, in which no earlier member counts; their rows go
 * with it as far as it knows them, and else when they are met.
 */
public final class EmbeddedRoomStore implements RoomStore {
    private static final int OVER_AT_ONCE = 100;

    private final EmbeddedStore store;
    private final RoomStep.Tables tables;
    private final EmbeddedBars bars;
    private final LongSupplier clock;

    /**
     * Blocks the thread: create it while starting.
     *
     * @param clock the time in milliseconds
     */
    public EmbeddedRoomStore(EmbeddedStore store, LongSupplier clock) {
        this.store = store;
        this.tables = RoomStep.Tables.of(store);
        this.bars = new EmbeddedBars(store);
        this.clock = clock;
    }

    @Override
    public Future<RoomFacts> find(RoomId room, UserId user) {
        return store.read(reader -> {
            long now = clock.getAsLong();
            RoomStateRow state = state(reader, room);
            byte[] key = RoomStep.key(room, user);
            return new RoomFacts(
                    state.room(),
                    state.isDeleted(now),
                    RoomStep.membership(state.life(), reader.get(tables.members(), key)),
                    RoomStep.mutedUntil(state.life(), reader.get(tables.mutes(), key))
                            .filter(until -> until > now),
                    false,
                    state.isDeleted(now) && state.deletedBy().equals(Optional.of(user)));
        });
    }

    @Override
    public Future<RoomChange> create(Room room, long notAfter) {
        return store.write(batch -> {
            RoomStep step = new RoomStep(batch, tables, room.id());
            RoomStateRow state = step.state();
            if (state.room().equals(Optional.of(room))) {
                return RoomChange.DONE;
            }
            if (state.room().isPresent() || state.members() > 0 || state.isDeleted(clock.getAsLong())) {
                return RoomChange.TAKEN;
            }
            if (isLate(notAfter)) {
                return RoomChange.LATE;
            }
            step.put(state.created(room));
            step.change(room.creator(), Optional.of(room.founder()));
            bars.unbar(batch, StreamName.room(room.id()), room.creator());
            return RoomChange.DONE;
        });
    }

    @Override
    public Future<RoomChange> update(Room before, Room after, Terms terms) {
        return step(before.id(), step -> {
            if (step.state().room().isEmpty()) {
                return RoomChange.ABSENT;
            }
            if (isLate(terms.notAfter())) {
                return RoomChange.LATE;
            }
            if (!step.state().room().equals(Optional.of(before)) || !step.unchanged(terms.conditions())) {
                return RoomChange.CHANGED;
            }
            step.put(step.state().updated(after));
            return RoomChange.DONE;
        });
    }

    @Override
    public Future<RoomChange> putMember(RoomId room, Entrant entrant, Terms terms) {
        return store.write(batch -> {
            RoomStep step = new RoomStep(batch, tables, room);
            if (step.state().isDeleted(clock.getAsLong())) {
                return RoomChange.ABSENT;
            }
            if (isLate(terms.notAfter())) {
                return RoomChange.LATE;
            }
            if (!step.unchanged(terms.conditions())) {
                return RoomChange.CHANGED;
            }
            if (step.membership(entrant.user()).isEmpty() && step.state().members() >= entrant.max()) {
                return RoomChange.FULL;
            }
            boolean changed = step.change(entrant.user(), Optional.of(entrant.membership()));
            if (changed && entrant.liftsBar()) {
                bars.unbar(batch, StreamName.room(room), entrant.user());
            }
            return result(changed);
        });
    }

    @Override
    public Future<RoomChange> removeMember(RoomId room, UserId user, Terms terms) {
        return step(room, step -> {
            if (isLate(terms.notAfter())) {
                return RoomChange.LATE;
            }
            return step.unchanged(terms.conditions())
                    ? result(step.change(user, Optional.empty()))
                    : RoomChange.CHANGED;
        });
    }

    @Override
    public Future<RoomChange> mute(RoomId room, Mute mute, Terms terms) {
        return readOver(room)
                .compose(over -> step(room, step -> {
                    long now = clock.getAsLong();
                    if (step.state().isDeleted(now)) {
                        return RoomChange.ABSENT;
                    }
                    if (isLate(terms.notAfter())) {
                        return RoomChange.LATE;
                    }
                    if (!step.unchanged(terms.conditions())) {
                        return RoomChange.CHANGED;
                    }
                    over.stream()
                            .filter(user -> step.mutedUntil(user)
                                    .filter(until -> until <= now)
                                    .isPresent())
                            .forEach(user -> step.mute(user, Optional.empty()));
                    if (mute.forMs() == 0) {
                        step.mute(mute.user(), Optional.empty());
                        return RoomChange.DONE;
                    }
                    if (step.mutedUntil(mute.user()).isEmpty() && step.state().mutes() >= mute.max()) {
                        return RoomChange.FULL;
                    }
                    step.mute(mute.user(), Optional.of(now + mute.forMs()));
                    return RoomChange.DONE;
                }));
    }

    @Override
    public Future<RoomChange> delete(RoomId room, UserId by, Terms terms) {
        return delete(room, by, terms, false);
    }

    @Override
    public Future<RoomChange> deleteLeft(RoomId room, UserId last, Terms terms) {
        return delete(room, last, terms, true);
    }

    private Future<RoomChange> delete(RoomId room, UserId by, Terms terms, boolean alone) {
        Future<List<UserId>> muted = read(tables.mutes(), room);
        return read(tables.members(), room)
                .compose(members -> muted.compose(mutes -> store.write(batch -> {
                    RoomStep step = new RoomStep(batch, tables, room);
                    if (step.state().room().isEmpty()) {
                        return RoomChange.ABSENT;
                    }
                    if (isLate(terms.notAfter())) {
                        return RoomChange.LATE;
                    }
                    if (!step.unchanged(terms.conditions())
                            || (alone && step.state().members() > 1)) {
                        return RoomChange.CHANGED;
                    }
                    members.forEach(user -> batch.delete(tables.members(), RoomStep.key(room, user)));
                    mutes.forEach(user -> batch.delete(tables.mutes(), RoomStep.key(room, user)));
                    step.put(step.state().deleted(clock.getAsLong(), by));
                    return RoomChange.DONE;
                })));
    }

    @Override
    public Future<List<Member>> members(RoomId room, Optional<UserId> after, int limit) {
        return store.read(reader -> {
            long life = state(reader, room).life();
            List<Member> members = new ArrayList<>();
            String from = after.map(user -> user.value() + '\0').orElse("");
            reader.scan(tables.members(), bound(room, '\0' + from), bound(room, "\1"), (key, row) -> {
                RoomStep.membership(life, row)
                        .ifPresent(membership -> members.add(new Member(user(room, key), membership)));
                return members.size() < limit;
            });
            return members;
        });
    }

    private boolean isLate(long notAfter) {
        return clock.getAsLong() > notAfter;
    }

    private RoomStateRow state(Reader reader, RoomId room) {
        return RoomStateRow.decode(room, reader.get(tables.rooms(), RoomStep.roomKey(room)));
    }

    private Future<RoomChange> step(RoomId room, Function<RoomStep, RoomChange> change) {
        return store.write(batch -> change.apply(new RoomStep(batch, tables, room)));
    }

    /** Some whose mutes are over. Each is looked up again by the only writer, so they are few, however many mutes there are. */
    private Future<List<UserId>> readOver(RoomId room) {
        return store.read(reader -> {
            long now = clock.getAsLong();
            long life = state(reader, room).life();
            List<UserId> users = new ArrayList<>();
            reader.scan(tables.mutes(), bound(room, "\0"), bound(room, "\1"), (key, row) -> {
                if (RoomStep.mutedUntil(life, row).filter(until -> until <= now).isPresent()) {
                    users.add(user(room, key));
                }
                return users.size() < OVER_AT_ONCE;
            });
            return users;
        });
    }

    /** The users of a table's rows of a room, which its limits bound. */
    private Future<List<UserId>> read(Table table, RoomId room) {
        return store.read(reader -> {
            List<UserId> users = new ArrayList<>();
            reader.scan(table, bound(room, "\0"), bound(room, "\1"), (key, row) -> users.add(user(room, key)));
            return users;
        });
    }

    private static UserId user(RoomId room, byte[] key) {
        int prefix = bound(room, "\0").length;
        return new UserId(new String(key, prefix, key.length - prefix, US_ASCII));
    }

    private static byte[] bound(RoomId room, String rest) {
        return (room.value() + rest).getBytes(US_ASCII);
    }

    private static RoomChange result(boolean changed) {
        return changed ? RoomChange.DONE : RoomChange.LAST_OWNER;
    }
}
