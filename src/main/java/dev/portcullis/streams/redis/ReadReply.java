package dev.portcullis.streams.redis;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamStore.Confirmation;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.LatestBuilder;
import dev.portcullis.streams.record.SliceBuilder;
import dev.portcullis.streams.record.StreamMeta;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The reply of {@code read.lua}. The script limits the bytes of rows, which differ a little from those of frames; the
 * exact bound is applied here.
 *
 * @param formerEpochs the last positions of former epochs
 * @param entries the entries in the order of the read: a read before a position has the newest first
 * @param cut whether the script left out further entries
 */
record ReadReply(Position head, List<Position> formerEpochs, long laneSeq, List<StreamEntry> entries, boolean cut) {

    /** The reply of {@code heads.lua} for one stream. */
    static Confirmation confirm(Position at, Response reply) {
        Position head = new Position(reply.get(0).toString(), reply.get(1).toLong());
        return new Confirmation(
                head,
                at.seq() >= 0 && StreamMeta.contains(head, positions(reply.get(3)), at),
                reply.get(2).toLong());
    }

    static ReadReply read(StreamName stream, Direction direction, Response reply) {
        List<Position> formerEpochs = positions(reply.get(3));
        List<StreamEntry> entries = new ArrayList<>();
        long seq = reply.get(4).toLong();
        for (Response row : reply.get(6)) {
            entries.add(EntryRow.decode(stream, seq, row.toBytes()).entry());
            seq += direction.step();
        }
        Position head = new Position(reply.get(0).toString(), reply.get(1).toLong());
        return new ReadReply(
                head, formerEpochs, reply.get(2).toLong(), entries, reply.get(5).toBoolean());
    }

    static LatestSlice latest(StreamName stream, Bounds bounds, Response reply) {
        LatestBuilder builder = new LatestBuilder(bounds);
        long newest = reply.get(4).toLong();
        Response rows = reply.get(6);
        Response amendments = reply.get(7);
        boolean hasRoom = true;
        for (int i = 0; hasRoom && i < rows.size(); i++) {
            EntryRow row = EntryRow.decode(stream, newest - i, rows.get(i).toBytes());
            byte[] amendment = amendments.get(i).toBytes();
            hasRoom = builder.add(
                    row,
                    amendment.length == 0
                            ? Optional.empty()
                            : Optional.of(EntryRow.decode(stream, row.amendedBy(), amendment)
                                    .entry()));
        }
        if (reply.get(5).toBoolean()) {
            builder.markCut();
        }
        return builder.build(new Position(reply.get(0).toString(), reply.get(1).toLong()));
    }

    /** The direction in which a read goes from its position. */
    enum Direction {
        AFTER("after", 1),
        BEFORE("before", -1),
        /** Reads like {@link #BEFORE}, with the newest amendment of each message. */
        LATEST("latest", -1);

        private final String id;
        private final int step;

        Direction(String id, int step) {
            this.id = id;
            this.step = step;
        }

        String id() {
            return id;
        }

        int step() {
            return step;
        }
    }

    Slice resume(Optional<Position> since, Bounds bounds) {
        return since.filter(position -> position.seq() >= 0 && StreamMeta.contains(head, formerEpochs, position))
                .map(position -> after(position.seq(), bounds))
                .filter(Slice::exact)
                .orElseGet(() -> new Slice(head, false, List.of(), false, laneSeq));
    }

    Slice after(long after, Bounds bounds) {
        return builder(bounds).after(after, head, laneSeq);
    }

    Slice before(long before, Bounds bounds) {
        return builder(bounds).before(before, head, laneSeq);
    }

    private SliceBuilder builder(Bounds bounds) {
        SliceBuilder builder = new SliceBuilder(bounds);
        boolean hasRoom = true;
        for (Iterator<StreamEntry> next = entries.iterator(); hasRoom && next.hasNext(); ) {
            hasRoom = builder.add(next.next());
        }
        if (cut) {
            builder.markCut();
        }
        return builder;
    }

    private static List<Position> positions(Response texts) {
        List<Position> all = new ArrayList<>();
        texts.forEach(text -> all.add(position(text.toString())));
        return all;
    }

    private static Position position(String text) {
        int colon = text.indexOf(':');
        return new Position(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
    }
}
