package dev.portcullis.broadcast.expiry;

import dev.portcullis.broadcast.expiry.SentFiles.SentFile;
import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.RemovedFile;
import dev.portcullis.streams.RemovedFiles;
import dev.portcullis.streams.RemovedFiles.DeletedRoom;
import dev.portcullis.streams.RemovedFiles.Held;
import dev.portcullis.streams.holds.HoldReader;
import dev.portcullis.streams.holds.Holds;
import dev.portcullis.streams.holds.PlacedHold;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Ends the files of messages that were removed, and of rooms that were deleted, unless a hold covers them. First the end of an
 * upload begins, then the row goes that asks for it: so all may be repeated, and a node that is killed leaves a row which another
 * one takes.
 */
final class RemovedFileSweeper {
    /** Files of one lane that are looked at in one round. */
    static final int FILES_OF_LANE = 64;

    /** Holds of one lane that are looked at in one round. */
    private static final int HOLDS_OF_LANE = 16;

    private final RowStore rows;
    private final SentFiles files;
    private final HoldReader holds;
    private final Runnable ended;
    private final Map<Integer, String> passed = new HashMap<>();

    /** @param ended is told of each file that ends */
    RemovedFileSweeper(RowStore rows, SentFiles files, HoldReader holds, Runnable ended) {
        this.rows = rows;
        this.files = files;
        this.holds = holds;
        this.ended = ended;
    }

    /** Ends some files that these lanes name. Returns whether there may be more. */
    Future<Boolean> sweep(Collection<Integer> lanes) {
        return anyOf(lanes, this::sweep);
    }

    /** The rows are read before the holds: what a message lost after a hold was placed is held. */
    private Future<Boolean> sweep(int lane) {
        RowRange first = RemovedFiles.first(FILES_OF_LANE);
        return rows.read(lane, ReadSet.of(first)).compose(found -> {
            List<DeletedRoom> deleted = found.get(first).stream()
                    .flatMap(row -> DeletedRoom.of(row).stream())
                    .toList();
            List<RemovedFile> named = found.get(first).stream()
                    .filter(row -> DeletedRoom.of(row).isEmpty())
                    .map(row -> RemovedFiles.of(row.key()))
                    .toList();
            return holds.read()
                    .compose(inForce -> ChunkedCalls.run(named, file -> done(file, inForce)))
                    .compose(done -> rows.write(lane, done.stream().reduce(WriteSet.NONE, WriteSet::and)))
                    .compose(any -> ChunkedCalls.run(deleted, room -> name(lane, room)))
                    .map(any -> named.size() == FILES_OF_LANE || !deleted.isEmpty());
        });
    }

    /** Gives files of a deleted room their rows. The next round ends them. */
    private Future<Void> name(int lane, DeletedRoom room) {
        return files.sentTo(room.room(), room.from(), FILES_OF_LANE)
                .compose(page -> rows.write(lane, room.found(page.files(), page.next())));
    }

    /** Deals with a file. Returns what becomes of its row. */
    private Future<WriteSet> done(RemovedFile named, Holds inForce) {
        return files.find(named.file()).compose(found -> {
            Optional<SentFile> file = found.filter(each -> named.isOf(each.owner(), each.target()));
            Optional<PlacedHold> hold = file.flatMap(each -> covering(each, inForce));
            if (hold.isPresent()) { // members must not see that there is a hold
                return files.hide(named)
                        .map(stays -> stays
                                ? RemovedFiles.hold(named, hold.get().hold().key())
                                : RemovedFiles.done(named));
            }
            return file.map(any -> files.end(named).onSuccess(this::count))
                    .orElseGet(() -> Future.succeededFuture(false))
                    .map(any -> RemovedFiles.done(named));
        });
    }

    private void count(boolean isEnding) {
        if (isEnding) {
            ended.run();
        }
    }

    /** A file of a conversation is in two inboxes, of which any may be held. */
    private static Optional<PlacedHold> covering(SentFile file, Holds inForce) {
        return RemovedFile.streams(file.owner(), file.target()).stream()
                .flatMap(stream -> inForce.covering(stream, file.owner()).stream())
                .findFirst();
    }

    /**
     * Looks for files in these lanes whose hold was lifted: they are to end now. Files whose hold is in force are passed over together.
     * Returns whether it found some.
     */
    Future<Boolean> release(Collection<Integer> lanes) {
        return lanes.isEmpty()
                ? Future.succeededFuture(false)
                : holds.read().compose(inForce -> {
                    Set<String> keys = inForce.all().stream()
                            .map(each -> each.hold().key())
                            .collect(Collectors.toSet());
                    return anyOf(lanes, lane -> release(lane, keys, HOLDS_OF_LANE));
                });
    }

    /** Goes on behind the holds that were passed over last, until it was at the end. */
    private Future<Boolean> release(int lane, Set<String> inForce, int most) {
        RowRange next = RemovedFiles.held(passed.getOrDefault(lane, ""), FILES_OF_LANE);
        return rows.read(lane, ReadSet.of(next)).compose(found -> {
            List<Held> held =
                    found.get(next).stream().map(row -> Held.of(row.key())).toList();
            if (held.isEmpty()) {
                passed.remove(lane);
                return Future.succeededFuture(false);
            }
            String hold = held.get(0).hold();
            if (inForce.contains(hold)) {
                passed.put(lane, RemovedFiles.behind(hold));
                return most > 1 ? release(lane, inForce, most - 1) : Future.succeededFuture(false);
            }
            WriteSet released = held.stream()
                    .filter(each -> each.hold().equals(hold))
                    .map(RemovedFiles::release)
                    .reduce(WriteSet.NONE, WriteSet::and);
            return rows.write(lane, released).map(true);
        });
    }

    private static Future<Boolean> anyOf(Collection<Integer> lanes, Function<Integer, Future<Boolean>> call) {
        return ChunkedCalls.run(List.copyOf(lanes), call).map(all -> all.contains(true));
    }
}
