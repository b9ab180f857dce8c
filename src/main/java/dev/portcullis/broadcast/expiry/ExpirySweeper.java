package dev.portcullis.broadcast.expiry;

import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.ExpiringMessages;
import dev.portcullis.streams.ExpiringMessages.Due;
import dev.portcullis.streams.RemovedFiles;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Deletes the messages whose time is over, by the store's clock. A round looks at the lanes of this node, and sometimes at all: what
 * another node has left for too long is deleted here. There is one for each node; it is used on its own context only, for one round at
 * a time.
 */
final class ExpirySweeper {
    /** Messages of one lane that one round deletes; the others come with the next one, which follows at once. */
    static final int MESSAGES_OF_LANE = 64;

    /** Lanes whose messages a part has by turns. */
    private static final int LANES_TOGETHER = 4;

    /** How long a message of another node's lane must be over, until this node deletes it. */
    static final long ABANDONED_MS = 5_000;

    private static final List<Integer> LANES =
            IntStream.range(0, Lanes.COUNT).boxed().toList();
    private static final RowRange FIRST = ExpiringMessages.first();
    private static final RowRange FIRST_FILE = RemovedFiles.first(1);
    private static final RowRange FIRST_HELD = RemovedFiles.firstHeld();

    private final RowStore rows;
    private final StreamStore streams;
    private final ExpiryPolicy policy;
    private final RemainingEdits edits;
    private final RemovedFileSweeper files;
    private final IntPredicate isOwn;
    private final SweepListener listener;
    private final SweepPace pace = new SweepPace();
    private final Map<Integer, Due> passed = new HashMap<>();

    /** Is told what a sweeper did. */
    interface SweepListener {
        void deleted(StreamEntry deletion);

        /** @param ms how long the message is over that should have gone first; 0 if there is none */
        void waited(long ms);

        /** Completes after so many milliseconds, in which the sweeper leaves the store to others. If it fails, the round breaks off. */
        Future<Void> rest(long ms);
    }

    /**
     * What a round came to.
     *
     * @param more whether more may be due already
     * @param failed whether a message that is due could not be deleted, or a file could not end
     */
    record Round(boolean more, boolean failed) {}

    ExpirySweeper(
            RowStore rows,
            StreamStore streams,
            ExpiryPolicy policy,
            RemovedFileSweeper files,
            IntPredicate isOwn,
            SweepListener listener) {
        this.rows = rows;
        this.streams = streams;
        this.policy = policy;
        this.edits = new RemainingEdits(streams, policy);
        this.files = files;
        this.isOwn = isOwn;
        this.listener = listener;
    }

    /**
     * Deletes what is due now, and ends files of messages that were removed. A failed future means that the store can't be read.
     *
     * @param all whether to look at the lanes of other nodes too
     */
    Future<Round> round(boolean all) {
        List<Integer> lanes =
                LANES.stream().filter(lane -> all || isOwn.test(lane)).toList();
        return lanes.isEmpty()
                ? Future.succeededFuture(new Round(false, false))
                : rows.read(lanes, all ? ReadSet.of(FIRST, FIRST_FILE, FIRST_HELD) : ReadSet.of(FIRST, FIRST_FILE))
                        .compose(found -> sweep(found).compose(round -> endFiles(found, all, round)));
    }

    /** Files that a hold keeps are only looked at where all lanes are, which is not often. */
    private Future<Round> endFiles(Map<Integer, Rows> lanes, boolean all, Round round) {
        List<Integer> held =
                all ? with(FIRST_HELD, lanes).stream().filter(isOwn::test).toList() : List.of();
        return files.release(held)
                .compose(released -> sweepFiles(with(FIRST_FILE, lanes)).map(more -> released || more))
                .map(more -> new Round(round.more() || more, round.failed()))
                .otherwise(new Round(round.more(), true));
    }

    /** Where many files end the store is left to others too. */
    private Future<Boolean> sweepFiles(List<Integer> lanes) {
        long began = System.nanoTime();
        return files.sweep(lanes)
                .compose(more -> more
                        ? listener.rest(SweepPace.rest(System.nanoTime() - began))
                                .map(true)
                        : Future.succeededFuture(false));
    }

    private static List<Integer> with(RowRange range, Map<Integer, Rows> lanes) {
        List<Integer> with = new ArrayList<>();
        lanes.forEach((lane, rows) -> {
            if (!rows.get(range).isEmpty()) {
                with.add(lane);
            }
        });
        return with;
    }

    private Future<Round> sweep(Map<Integer, Rows> lanes) {
        List<Integer> due = new ArrayList<>();
        long longest = 0;
        for (Map.Entry<Integer, Rows> lane : lanes.entrySet()) { // no stream: an idle node comes here twice a second
            long waited = waited(lane.getValue());
            if (waited >= (isOwn.test(lane.getKey()) ? 0 : ABANDONED_MS)) {
                due.add(lane.getKey());
                longest = Math.max(longest, waited);
            }
        }
        listener.waited(longest);
        if (due.isEmpty()) {
            return Future.succeededFuture(new Round(false, false));
        }
        return ChunkedCalls.run(due, lane -> batch(lane, now(lanes, lane)))
                .compose(batches -> inParts(inTurns(batches), new ArrayList<>())
                        .compose(this::repeatChanged)
                        .compose(this::deleteEdits)
                        .compose(expired -> removeGone(expired).map(any -> round(batches, expired))));
    }

    /**
     * The messages of all lanes, a few lanes after the other, and by turns within these. Messages of one stream that only the archive has
     * share a few versions, under which they are deleted, so the fewer of one stream are in a part the fewer of them wait for each other;
     * and a store finds messages by an index that it keeps of a few hundred streams.
     */
    private static List<Due> inTurns(List<List<Due>> batches) {
        return IntStream.iterate(0, from -> from < batches.size(), from -> from + LANES_TOGETHER)
                .mapToObj(from -> batches.subList(from, Math.min(batches.size(), from + LANES_TOGETHER)))
                .flatMap(together -> IntStream.range(0, MESSAGES_OF_LANE)
                        .boxed()
                        .flatMap(turn -> together.stream()
                                .filter(batch -> turn < batch.size())
                                .map(batch -> batch.get(turn))))
                .toList();
    }

    /** Deletes messages part by part, with a rest behind each full one. */
    private Future<List<Expired>> inParts(List<Due> due, List<Expired> done) {
        int from = done.size();
        List<Due> part = due.subList(from, Math.min(due.size(), from + pace.size()));
        boolean isFull = part.size() == pace.size();
        long began = System.nanoTime();
        return part(part).compose(expired -> {
            done.addAll(expired);
            return isFull
                    ? listener.rest(pace.restAfter(System.nanoTime() - began)).compose(any -> inParts(due, done))
                    : Future.succeededFuture(done);
        });
    }

    /** All are found before the first one is deleted: so their deletions reach the store together, and share commits. */
    private Future<List<Expired>> part(List<Due> part) {
        return ChunkedCalls.run(part, SweepPace.MOST, this::find)
                .compose(found -> ChunkedCalls.run(found, SweepPace.MOST, this::expire));
    }

    /** How long the message of a lane that ends first is over; negative if it is not, or there is none. */
    private static long waited(Rows rows) {
        List<Row> first = rows.get(FIRST);
        return first.isEmpty() ? -1 : rows.now() - Due.of(first.get(0)).at();
    }

    private static long now(Map<Integer, Rows> lanes, int lane) {
        return Optional.ofNullable(lanes.get(lane)).map(Rows::now).orElse(0L);
    }

    /**
     * Messages of a lane that are due, the first ones first. It goes on behind those of the last round, so that one which can't be
     * deleted holds up no other, until it was at the end.
     */
    private Future<List<Due>> batch(int lane, long now) {
        RowRange next = Optional.ofNullable(passed.remove(lane))
                .map(last -> ExpiringMessages.dueAfter(last, now, MESSAGES_OF_LANE))
                .orElseGet(() -> ExpiringMessages.due(now, MESSAGES_OF_LANE));
        return rows.read(lane, ReadSet.of(next))
                .map(found -> found.get(next).stream().map(Due::of).toList())
                .onSuccess(found -> {
                    if (found.size() == MESSAGES_OF_LANE) {
                        passed.put(lane, found.get(found.size() - 1));
                    }
                });
    }

    /** Never fails: what can't be found now is left for later. */
    private Future<Found> find(Due due) {
        return streams.find(due.stream(), due.messageId(), Integer.MAX_VALUE)
                .map(message -> new Found(due, true, message))
                .otherwise(new Found(due, false, Optional.empty()));
    }

    /** Deletes a message. Never fails: one that can't be deleted now is left for later. */
    private Future<Expired> expire(Found found) {
        Due due = found.due();
        if (!found.answered()) {
            return Future.succeededFuture(new Expired(due, Outcome.LEFT));
        }
        if (found.message().isEmpty() && due.editedAt().isPresent()) {
            return Future.succeededFuture(new Expired(due, Outcome.EDITS_MAY_BE_LEFT));
        }
        return found.message()
                .filter(message -> message.state() != EntryState.DELETED)
                .flatMap(message -> policy.deletion(due, message))
                .map(deletion -> delete(streams.amend(deletion, found.message())))
                .orElse(Future.succeededFuture(Outcome.GONE))
                .otherwise(Outcome.LEFT)
                .map(outcome -> new Expired(due, outcome));
    }

    /**
     * Those that were overtaken by others of their part, whose version they share, are deleted once more, now one after another.
     */
    private Future<List<Expired>> repeatChanged(List<Expired> expired) {
        List<Due> changed = expired.stream()
                .filter(each -> each.outcome() == Outcome.CHANGED)
                .map(Expired::due)
                .toList();
        return ChunkedCalls.run(changed, 1, due -> find(due).compose(this::expire))
                .map(repeated -> Stream.concat(
                                expired.stream().filter(each -> each.outcome() != Outcome.CHANGED), repeated.stream())
                        .toList());
    }

    /** Deletes the edits of messages that are no longer kept. One read of a stream finds those of all its messages. */
    private Future<List<Expired>> deleteEdits(List<Expired> expired) {
        Map<StreamName, List<Due>> left = expired.stream()
                .filter(each -> each.outcome() == Outcome.EDITS_MAY_BE_LEFT)
                .map(Expired::due)
                .collect(Collectors.groupingBy(Due::stream));
        return ChunkedCalls.run(List.copyOf(left.values()), 1, this::deleteEditsOf)
                .map(deleted -> Stream.concat(
                                expired.stream().filter(each -> each.outcome() != Outcome.EDITS_MAY_BE_LEFT),
                                deleted.stream().flatMap(List::stream))
                        .toList());
    }

    private Future<List<Expired>> deleteEditsOf(List<Due> ofStream) {
        return edits.of(ofStream)
                .compose(found -> ChunkedCalls.run(ofStream, due -> deleteEdits(due, found)))
                .otherwise(any -> ofStream.stream()
                        .map(due -> new Expired(due, Outcome.LEFT))
                        .toList());
    }

    private Future<Expired> deleteEdits(Due due, Map<String, StoredMessage> found) {
        Optional<StoredMessage> message = Optional.ofNullable(found.get(due.messageId()));
        return message.flatMap(edited -> policy.deletion(due, edited))
                .map(deletion -> delete(streams.amend(deletion, message)))
                .orElse(Future.succeededFuture(Outcome.GONE))
                .otherwise(Outcome.LEFT)
                .map(outcome -> new Expired(due, outcome));
    }

    /** Another node, or the author, may delete the message at the same time: then it is gone. */
    private Future<Outcome> delete(Future<AppendResult> deletion) {
        return deletion.map(result -> result.fold(
                stored -> {
                    listener.deleted(stored.entry());
                    return Outcome.DELETED;
                },
                earlier -> Outcome.GONE,
                why -> switch (why) {
                    case NOT_FOUND -> Outcome.GONE;
                    case CHANGED -> Outcome.CHANGED;
                    default -> Outcome.LEFT;
                }));
    }

    /** Removes the rows of messages that were deleted before, or are no longer kept. */
    private Future<?> removeGone(List<Expired> expired) {
        Map<Integer, WriteSet> removals = new HashMap<>();
        expired.stream()
                .filter(each -> each.outcome() == Outcome.GONE)
                .forEach(each -> removals.merge(
                        each.due().stream().lane(),
                        WriteSet.NONE.remove(each.due().row()),
                        WriteSet::and));
        return ChunkedCalls.run(
                List.copyOf(removals.entrySet()), removal -> rows.write(removal.getKey(), removal.getValue()));
    }

    private static Round round(List<List<Due>> batches, List<Expired> expired) {
        return new Round(
                batches.stream().anyMatch(batch -> batch.size() == MESSAGES_OF_LANE),
                expired.stream().anyMatch(each -> each.outcome().isLeft()));
    }

    /** @param answered whether the store and the archive answered */
    private record Found(Due due, boolean answered, Optional<StoredMessage> message) {}

    private record Expired(Due due, Outcome outcome) {}

    private enum Outcome {
        /** The message was deleted, and its row removed in the same step. */
        DELETED,
        /** There is nothing to delete. */
        GONE,
        /** The message is no longer kept, but was edited. */
        EDITS_MAY_BE_LEFT,
        /** The stream was changed meanwhile. */
        CHANGED,
        /** The store or the archive failed. */
        LEFT;

        boolean isLeft() {
            return this == CHANGED || this == LEFT;
        }
    }
}
