package dev.portcullis.streams.redis;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.BoundedPart;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamStore.Confirmation;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.StreamEpochs;
import dev.portcullis.streams.unarchived.ArchivedHeads;
import dev.portcullis.streams.unarchived.UnarchivedPart;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The reply of {@code read.lua} for consecutive entries. The script limits the bytes of rows, which differ a little from those of
 * frames; the exact bound is applied here.
 *
 * @param formerEpochs the last positions of former epochs
 * @param rows the rows in the order of the read: a read before a position has the newest first
 * @param cut whether the script left out further entries
 * @param archived the position up to which the archive has the stream
 * @param own the retention that was set for this stream
 * @param hidden the highest seq that is beyond the retention, or was once; 0 if none
 */
record ReadReply(
        Position head,
        List<Position> formerEpochs,
        long laneSeq,
        List<EntryRow> rows,
        boolean cut,
        Optional<Position> archived,
        OwnRetention own,
        long hidden) {

    static Position head(Response reply) {
        return new Position(reply.get(0).toString(), reply.get(1).toLong());
    }

    /** The reply of {@code heads.lua} for one stream. */
    static Confirmation confirm(Position at, Response reply) {
        Position head = head(reply);
        return new Confirmation(
                head,
                at.seq() >= 0 && new StreamEpochs(head, positions(reply.get(3))).contains(at),
                reply.get(2).toLong());
    }

    static ReadReply of(StreamName stream, Order order, Response reply) {
        long first = reply.get(4).toLong();
        Response rows = reply.get(6);
        return new ReadReply(
                head(reply),
                positions(reply.get(3)),
                reply.get(2).toLong(),
                IntStream.range(0, rows.size())
                        .mapToObj(i -> EntryRow.decode(
                                stream,
                                order == Order.AFTER ? first + i : first - i,
                                rows.get(i).toBytes()))
                        .toList(),
                reply.get(5).toBoolean(),
                Optional.of(reply.get(7).toString())
                        .filter(text -> !text.isEmpty())
                        .map(ReadReply::position),
                new OwnRetention(reply.get(9).toLong(), reply.get(10).toLong()),
                reply.get(11).toLong());
    }

    UnarchivedPart unarchived(StreamName stream) {
        return new UnarchivedPart(
                stream, archived.orElse(ArchivedHeads.NOTHING), head, formerEpochs, rows, cut, own, hidden);
    }

    LatestSlice latest(Bounds bounds, FoundAmendments amendments) {
        BoundedPart<LatestEntry> part = new BoundedPart<>(bounds, LatestEntry::length);
        boolean all = rows.stream().allMatch(row -> amendments.have(row) && part.add(row.latest(amendments.of(row))));
        return new LatestSlice(head, part.reversed(), cut || !all, hidden);
    }

    Slice resume(Optional<Position> since, Bounds bounds) {
        return since.filter(position -> position.seq() >= 0 && new StreamEpochs(head, formerEpochs).contains(position))
                .map(position -> after(position.seq(), bounds))
                .filter(Slice::exact)
                .orElseGet(() -> new Slice(head, false, List.of(), false, laneSeq));
    }

    Slice after(long after, Bounds bounds) {
        BoundedPart<StreamEntry> part = part(bounds);
        return Slice.after(after, head, part.items(), cut || part.isCut(), laneSeq);
    }

    Slice before(long before, Bounds bounds) {
        BoundedPart<StreamEntry> part = part(bounds);
        return Slice.before(before, head, part.reversed(), cut || part.isCut(), laneSeq);
    }

    private BoundedPart<StreamEntry> part(Bounds bounds) {
        return new BoundedPart<StreamEntry>(bounds, EntryFrame::length)
                .addAll(rows.stream().map(EntryRow::entry));
    }

    private static List<Position> positions(Response texts) {
        return texts.stream().map(text -> position(text.toString())).toList();
    }

    private static Position position(String text) {
        int colon = text.indexOf(':');
        return new Position(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
    }
}
