package dev.portcullis.streams.redis;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamStore.Confirmation;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.SliceBuilder;
import dev.portcullis.streams.record.StreamMeta;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What {@code read.lua} answers. It cuts by the bytes of rows, which differ a little from those of frames: the exact
 * bound is kept here.
 *
 * @param olds the last places of former epochs
 * @param entries in the order in which they were read: before a place, the newest comes first
 * @param cut whether more would have followed
 */
record ReadReply(Position head, List<Position> olds, long laneSeq, List<StreamEntry> entries, boolean cut) {

    /** What {@code heads.lua} answers of one stream. */
    static Confirmation confirm(Position at, Response answer) {
        Position head = new Position(answer.get(0).toString(), answer.get(1).toLong());
        return new Confirmation(
                head,
                at.seq() >= 0 && StreamMeta.wentThrough(head, formers(answer.get(3)), at),
                answer.get(2).toLong());
    }

    static ReadReply read(StreamName stream, Direction direction, Response answer) {
        List<Position> olds = formers(answer.get(3));
        List<StreamEntry> entries = new ArrayList<>();
        long seq = answer.get(4).toLong();
        for (Response row : answer.get(6)) {
            entries.add(EntryRow.decode(stream, seq, row.toBytes()).entry());
            seq += direction.step();
        }
        Position head = new Position(answer.get(0).toString(), answer.get(1).toLong());
        return new ReadReply(
                head, olds, answer.get(2).toLong(), entries, answer.get(5).toBoolean());
    }

    /** Which way a read goes from its place. */
    enum Direction {
        AFTER(1),
        BEFORE(-1);

        private final int step;

        Direction(int step) {
            this.step = step;
        }

        int step() {
            return step;
        }
    }

    Slice resume(Optional<Position> since, Bounds bounds) {
        return since.filter(place -> place.seq() >= 0 && StreamMeta.wentThrough(head, olds, place))
                .map(place -> after(place.seq(), bounds))
                .filter(Slice::exact)
                .orElseGet(() -> new Slice(head, false, List.of(), false, laneSeq));
    }

    Slice after(long after, Bounds bounds) {
        return collected(bounds).after(after, head, laneSeq);
    }

    Slice before(long before, Bounds bounds) {
        return collected(bounds).before(before, head, laneSeq);
    }

    private SliceBuilder collected(Bounds bounds) {
        SliceBuilder found = new SliceBuilder(bounds);
        boolean room = true;
        for (Iterator<StreamEntry> next = entries.iterator(); room && next.hasNext(); ) {
            room = found.take(next.next());
        }
        if (cut) {
            found.cut();
        }
        return found;
    }

    private static List<Position> formers(Response places) {
        List<Position> all = new ArrayList<>();
        places.forEach(place -> all.add(former(place.toString())));
        return all;
    }

    private static Position former(String place) {
        int colon = place.indexOf(':');
        return new Position(place.substring(0, colon), Long.parseLong(place.substring(colon + 1)));
    }
}
