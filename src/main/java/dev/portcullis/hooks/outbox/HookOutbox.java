package dev.portcullis.hooks.outbox;

import dev.portcullis.hooks.outbox.EventRow.Cause;
import dev.portcullis.hooks.outbox.OutboxConfig.WhenFull;
import dev.portcullis.hooks.outbox.OutboxStep.Front;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowQueue;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The outboxes of all lanes, over the rows of the store. An event is written by the step that it tells of, which makes the writes
 * that {@link #reports}, {@link #begins} and {@link #ends} return; here events are taken out. A failed future means that the
 * store failed: the step may be done or not.
 */
public final class HookOutbox {
    private static final List<Integer> LANES =
            IntStream.range(0, Lanes.COUNT).boxed().toList();

    /** The first rows of a claim. Each may have the size of a message, so it is known only then how many more to read. */
    private static final int FIRST_READ = 16;

    private static final int HELD_AT_ONCE = 100;
    private static final RowRange HOLDERS = OutboxRows.HOLDERS.first(10_000);

    /** How long it is sure that an incarnation without a lease gets none: no outage of the store is over so soon. */
    private static final long JUDGED_MS = 1_000;

    private final RowStore rows;
    private final OutboxConfig config;
    private final RowQueue events;

    /** The numbers from which on the oldest rows are read: in the embedded store a read of all would visit what was removed. */
    private final Map<LaneQueue, Long> fronts = new ConcurrentHashMap<>();

    public HookOutbox(RowStore rows, OutboxConfig config) {
        this.rows = rows;
        this.config = config;
        this.events = OutboxRows.events(config);
    }

    /** @param bytes of events; at least one is taken */
    public record Bounds(int events, int bytes, long claimMs) {}

    /** @param rows as they are stored, by which the events are known when they are removed */
    public record Claim(LaneQueue queue, String taker, List<StoredEvent> events, List<Row> rows) {}

    /**
     * @param id unique in the lane
     * @param begun told now
     * @param ended told at its end
     */
    public record Held(String id, HookEvent begun, HookEvent ended) {}

    /** Tells which incarnations have a lease in some lanes. Lanes in which no lease is judged now are left out. */
    public interface Leases {
        Future<Map<Integer, Set<String>>> of(List<Integer> lanes);
    }

    /** The writes that store an event. The step fails if the outbox is full and refuses. */
    public WriteSet reports(HookEvent event) {
        return push(event, config.whenFull() == WhenFull.REFUSE);
    }

    /**
     * The writes that store that something begins, and hold what is told when it ends: by {@link #ends}, or with its owner. They
     * do nothing where it is held already, and fail if the outbox is full and refuses.
     *
     * @param incarnation of the node that owns it
     */
    public WriteSet begins(Held held, String incarnation) {
        return begins(held, incarnation, config.whenFull() == WhenFull.REFUSE);
    }

    private WriteSet begins(Held held, String incarnation, boolean refusable) {
        if (!config.tells(held.begun().type()) && !config.tells(held.ended().type())) {
            return WriteSet.NONE;
        }
        RowKey row = OutboxRows.HELD.row(held.id());
        return WriteSet.of(row, EventRow.held(incarnation, held.ended()))
                .put(OutboxRows.HOLDERS.row(incarnation), held.id())
                .and(push(held.begun(), refusable))
                .unless(row);
    }

    /** The writes that store that something ended. Idempotent. */
    public WriteSet ends(String id, HookType ended) {
        RowKey row = OutboxRows.HELD.row(id);
        return config.tells(ended) ? WriteSet.NONE.move(row, events, Cause.ENDED.prefix()) : WriteSet.NONE.remove(row);
    }

    private WriteSet push(HookEvent event, boolean refusable) {
        if (!config.tells(event.type())) {
            return WriteSet.NONE;
        }
        return refusable
                ? WriteSet.NONE.pushBelow(config.waiting(), events, EventRow.encode(event))
                : WriteSet.NONE.push(events, EventRow.encode(event));
    }

    /** Stores that something begins, as {@link #begins} does. */
    public Future<Void> beginIfRoom(int lane, Held held, String incarnation) {
        return rows.write(lane, begins(held, incarnation));
    }

    /** Stores that something begins, also where the outbox is full. */
    public Future<Void> begin(int lane, Held held, String incarnation) {
        return rows.write(lane, begins(held, incarnation, false));
    }

    /** Stores that something ended. Idempotent. */
    public Future<Void> end(int lane, String id, HookType ended) {
        return rows.write(lane, ends(id, ended));
    }

    /** The state of each lane that has events. A lane whose part of the store is away is left out. */
    public Future<List<LaneState>> survey() {
        return rows.read(LANES, ReadSet.of(OutboxRows.STATE, events.oldest(), events.newest()))
                .map(found -> found.entrySet().stream()
                        .map(lane -> step(lane.getValue()).state(lane.getKey()))
                        .filter(state -> !state.isEmpty())
                        .sorted(Comparator.comparingInt(LaneState::lane))
                        .toList());
    }

    /**
     * The oldest events of a queue, which no other taker gets until the claim ends by {@link #acknowledge}, {@link #release}
     * or its time. Empty where there are none, or where another one has them. Events of a key of which others wait aside are
     * put behind those.
     *
     * @param taker names who takes them, over the whole cluster
     */
    public Future<Optional<Claim>> claim(LaneQueue queue, String taker, Bounds bounds) {
        RowRange guess =
                of(queue).from(RowQueue.key(fronts.getOrDefault(queue, 1L)), Math.min(FIRST_READ, bounds.events()));
        return rows.change(
                        queue.lane(),
                        ReadSet.of(OutboxRows.STATE, events.oldest()).and(ReadSet.of(guess)),
                        found -> step(found).claim(queue, taker, bounds.claimMs(), guess))
                .compose(front -> front.rows().isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : claimed(queue, taker, bounds, front, guess.limit()));
    }

    private Future<Optional<Claim>> claimed(LaneQueue queue, String taker, Bounds bounds, Front front, int asked) {
        noteFront(queue, front.rows().get(0), 0);
        return withMore(queue, bounds, front.rows(), asked)
                .compose(all -> front.anyAside() && !queue.aside()
                        ? withoutAside(queue, taker, bounds, all, front.now())
                        : Future.succeededFuture(Optional.of(claim(queue, taker, all, bounds, front.now()))))
                .recover(failure -> free(queue, taker).transform(any -> Future.failedFuture(failure)));
    }

    /** Reads on while there is room. As all rows may be as long as those before them, each read doubles them. */
    private Future<List<Row>> withMore(LaneQueue queue, Bounds bounds, List<Row> rowsSoFar, int asked) {
        int more = Math.min(bounds.events() - rowsSoFar.size(), rowsSoFar.size());
        if (rowsSoFar.size() < asked || more <= 0 || bytes(rowsSoFar) >= bounds.bytes()) {
            return Future.succeededFuture(rowsSoFar);
        }
        RowRange next = of(queue).after(rowsSoFar.get(rowsSoFar.size() - 1).key(), more);
        return rows.read(queue.lane(), ReadSet.of(next))
                .compose(found -> withMore(
                        queue,
                        bounds,
                        Stream.concat(rowsSoFar.stream(), found.get(next).stream())
                                .toList(),
                        rowsSoFar.size() + more));
    }

    private static long bytes(List<Row> of) {
        return of.stream().mapToLong(row -> row.value().length()).sum();
    }

    private static Claim claim(LaneQueue queue, String taker, List<Row> front, Bounds bounds, long now) {
        List<StoredEvent> taken = new ArrayList<>();
        long bytes = 0;
        for (Row row : front) {
            StoredEvent event = EventRow.decode(row.value()).event(now);
            bytes += event.json().length;
            if (bytes > bounds.bytes() && !taken.isEmpty()) {
                break;
            }
            taken.add(event);
        }
        return new Claim(queue, taker, taken, front.subList(0, taken.size()));
    }

    /** Leaves out the events from the first one on of whose key others wait aside. If it is the oldest, it goes there. */
    private Future<Optional<Claim>> withoutAside(
            LaneQueue queue, String taker, Bounds bounds, List<Row> front, long now) {
        List<RowKey> counts = front.stream()
                .map(row -> OutboxRows.aside(EventRow.decode(row.value()).key()))
                .toList();
        return rows.read(queue.lane(), new ReadSet(counts.stream().distinct().toList(), List.of()))
                .compose(found -> {
                    int moved = leading(counts, row -> found.get(row).isPresent());
                    if (moved > 0) {
                        return setAside(queue, Optional.empty(), front.subList(0, moved))
                                .compose(any -> claim(queue, taker, bounds));
                    }
                    int taken = leading(counts, row -> found.get(row).isEmpty());
                    return Future.succeededFuture(
                            Optional.of(claim(queue, taker, front.subList(0, taken), bounds, now)));
                });
    }

    /** How many of the first ones fulfil the condition. */
    private static int leading(List<RowKey> all, Predicate<RowKey> condition) {
        return (int) all.stream().takeWhile(condition).count();
    }

    /** Removes the first {@code count} events of a claim, as far as they still wait; ends the claim. */
    public Future<Void> acknowledge(Claim claim, int count) {
        List<Row> delivered = claim.rows().subList(0, count);
        return settle(claim.queue(), delivered, step -> step.acknowledge(claim.queue(), claim.taker(), delivered));
    }

    /** Ends a claim, whose events stay. */
    public Future<Void> release(Claim claim) {
        return free(claim.queue(), claim.taker());
    }

    private Future<Void> free(LaneQueue queue, String taker) {
        return settle(queue, List.of(), step -> step.acknowledge(queue, taker, List.of()));
    }

    /** Moves the first event of a claim to the dead letters, and ends the claim. */
    public Future<Void> discard(Claim claim, String reason) {
        Row oldest = claim.rows().get(0);
        return settle(
                claim.queue(), List.of(oldest), step -> step.discard(claim.queue(), claim.taker(), oldest, reason));
    }

    /**
     * Puts the first {@code count} events of a claim aside, with what else has their keys or will have them, until none of
     * these waits any more; ends the claim. If more than a queue may have wait aside, the oldest become dead letters.
     */
    public Future<Void> setAside(Claim claim, int count) {
        return setAside(claim.queue(), Optional.of(claim.taker()), claim.rows().subList(0, count));
    }

    private Future<Void> setAside(LaneQueue queue, Optional<String> freed, List<Row> moved) {
        return settle(queue, moved, step -> step.setAside(queue, freed, moved));
    }

    /** Makes a step that deals with the oldest events of a queue. */
    private Future<Void> settle(LaneQueue queue, List<Row> oldest, Function<OutboxStep, RowStep<Boolean>> step) {
        ReadSet state = ReadSet.of(OutboxRows.STATE, events.oldest());
        if (oldest.isEmpty()) {
            return rows.change(queue.lane(), state, found -> step.apply(step(found)))
                    .mapEmpty();
        }
        Row last = oldest.get(oldest.size() - 1);
        return rows.change(
                        queue.lane(),
                        state.and(ReadSet.of(of(queue).row(last.key()))),
                        found -> step.apply(step(found)))
                .onSuccess(any -> noteFront(queue, last, 1))
                .mapEmpty();
    }

    private void noteFront(LaneQueue queue, Row row, int behind) {
        fronts.put(queue, Long.parseLong(row.key()) + behind);
    }

    /** Makes the oldest events of a full lane dead letters, until no more wait than may. */
    public Future<Void> discardOverflow(int lane) {
        return rows.read(lane, ReadSet.of(events.newest()))
                .compose(found -> discardOverflow(lane, found.newest(events)));
    }

    private Future<Void> discardOverflow(int lane, long newest) {
        return rows.change(
                        lane,
                        ReadSet.of(OutboxRows.STATE, events.oldest()),
                        found -> step(found).discardOverflow(newest))
                .compose(left -> left > 0 ? discardOverflow(lane, newest) : Future.succeededFuture());
    }

    /** Up to {@code most} dead letters of a lane, oldest first. */
    public Future<List<DeadLetter>> deadLetters(int lane, int most) {
        RowRange oldest = OutboxRows.DEAD.first(most);
        return rows.read(lane, ReadSet.of(oldest))
                .map(found -> found.get(oldest).stream()
                        .map(letter -> DeadLetter.decode(lane, letter.value()))
                        .toList());
    }

    /** Puts all dead letters of a lane behind its waiting events. Returns how many. */
    public Future<Integer> revive(int lane) {
        return rows.change(
                        lane,
                        ReadSet.of(OutboxRows.STATE, events.newest()),
                        found -> step(found).revive())
                .compose(count ->
                        count == 0 ? Future.succeededFuture(0) : revive(lane).map(more -> count + more));
    }

    /** Takes what a deleted user wrote out of the events of a lane, and out of its dead letters. Returns how many there were. */
    public Future<Long> erase(int lane, UserId user) {
        LaneQueue queue = LaneQueue.of(lane);
        return new EventErasure(rows, user).run(lane, List.of(of(queue), of(queue.besides()), OutboxRows.DEAD));
    }

    /** Ends what is held by incarnations that have no lease any more. */
    public Future<Void> endOrphans(Leases leases) {
        return holders()
                .compose(holders -> leases.of(List.copyOf(holders.keySet()))
                        .compose(leased -> Future.join(holders.entrySet().stream()
                                        .map(lane -> Optional.ofNullable(leased.get(lane.getKey()))
                                                .map(alive -> endOrphans(lane.getKey(), lane.getValue(), alive))
                                                .orElseGet(Future::succeededFuture))
                                        .toList())
                                .mapEmpty()));
    }

    private Future<Void> endOrphans(int lane, Rows found, Set<String> alive) {
        List<Row> gone = found.get(HOLDERS).stream()
                .filter(holder -> !alive.contains(holder.key()))
                .toList();
        return gone.isEmpty()
                ? Future.succeededFuture()
                : endHeld(lane, gone, OutboxRows.HELD.first(HELD_AT_ONCE), found.now() + JUDGED_MS);
    }

    /** Ends all that is held. A single node calls it as it starts: its former run held it. */
    public Future<Void> endAll() {
        return holders()
                .compose(lanes -> Future.all(lanes.entrySet().stream()
                                .map(lane -> endHeld(
                                        lane.getKey(),
                                        lane.getValue().get(HOLDERS),
                                        OutboxRows.HELD.first(HELD_AT_ONCE),
                                        RowStep.LATEST))
                                .toList())
                        .mapEmpty());
    }

    private Future<Map<Integer, Rows>> holders() {
        return rows.read(LANES, ReadSet.of(HOLDERS)).map(found -> {
            Map<Integer, Rows> lanes = new HashMap<>(found);
            lanes.values().removeIf(lane -> lane.get(HOLDERS).isEmpty());
            return lanes;
        });
    }

    /** @param gone the rows of the incarnations */
    private Future<Void> endHeld(int lane, List<Row> gone, RowRange part, long notAfter) {
        Set<String> holders = gone.stream().map(Row::key).collect(Collectors.toSet());
        return rows.read(lane, ReadSet.of(part)).compose(read -> {
            List<Row> held = read.get(part);
            boolean last = held.size() < part.limit();
            List<Row> ended = held.stream()
                    .filter(row -> holders.contains(EventRow.holderOf(row.value())))
                    .toList();
            List<Row> forgotten = last ? gone : List.of();
            return rows.change(
                            lane,
                            ReadSet.of(OutboxRows.STATE)
                                    .and(new ReadSet(
                                            forgotten.stream()
                                                    .map(row -> OutboxRows.HOLDERS.row(row.key()))
                                                    .toList(),
                                            List.of())),
                            found -> step(found).endHeld(ended, forgotten, notAfter))
                    .compose(any -> last
                            ? Future.succeededFuture()
                            : endHeld(
                                    lane,
                                    gone,
                                    OutboxRows.HELD.after(
                                            held.get(held.size() - 1).key(), HELD_AT_ONCE),
                                    notAfter));
        });
    }

    private Partition of(LaneQueue queue) {
        return OutboxRows.of(queue, events);
    }

    private OutboxStep step(Rows found) {
        return new OutboxStep(config, found);
    }
}
