package dev.portcullis.broadcast;

import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Optional;

/** Answers the questions of the broadcast stage. */
public final class BroadcastVerticle extends VerticleBase {
    private final int instance;
    private final Bus bus;
    private final StreamStore streams;
    private final FanOut fanOut;
    private final Publisher publisher;
    private final LatestHistory latest;
    private final List<BroadcastResponder> responders;

    /** @param responders the parts that answer further questions of the stage */
    public BroadcastVerticle(
            int instance,
            Bus bus,
            StreamStore streams,
            FanOut fanOut,
            Publisher publisher,
            List<BroadcastResponder> responders) {
        this.instance = instance;
        this.bus = bus;
        this.streams = streams;
        this.fanOut = fanOut;
        this.publisher = publisher;
        this.latest = new LatestHistory(streams);
        this.responders = List.copyOf(responders);
    }

    @Override
    public Future<?> start() {
        Future<?> others = Future.all(
                responders.stream().map(each -> each.answer(bus, instance)).toList());
        return Future.all(List.of(
                others,
                fanOut.open(instance),
                bus.answer(Broadcaster.PUBLISH, instance, publisher::publish),
                bus.answer(Broadcaster.HISTORY, instance, this::history),
                bus.answer(Broadcaster.SEND, instance, this::send),
                bus.answer(
                        Broadcaster.NOTE_DETACHMENT,
                        instance,
                        stream -> streams.noteDetachment(stream).map(new Broadcaster.Noted())),
                bus.answer(Broadcaster.HEAD, instance, streams::head)));
    }

    private Future<Broadcaster.Sent> send(Broadcaster.Transients request) {
        request.frames().forEach(fanOut::send);
        return Future.succeededFuture(new Broadcaster.Sent());
    }

    /**
     * Reads a page. The bar is checked after the read: a reader who was not barred then may see the page (CWE-367). A user who
     * left is not barred: where somebody left lately, the asker has to find out whether it was the reader.
     */
    private Future<HistoryResult> history(HistoryQuery query) {
        return page(query)
                .compose(page -> query.passesBars()
                        ? Future.succeededFuture(page)
                        : streams.access(query.stream(), query.reader())
                                .map(access -> access.barred()
                                        ? new HistoryResult.Refused(Rejection.of(Reason.NOT_MEMBER))
                                        : page.detached(access.detached())));
    }

    private Future<HistoryResult.Page> page(HistoryQuery query) {
        Bounds bounds = new Bounds(query.limit(), BroadcastConfig.HISTORY_BYTES);
        return query.after()
                .map(after -> entries(query.stream(), after, bounds))
                .orElseGet(() -> latest.before(query.stream(), query.before().orElse(Long.MAX_VALUE), bounds)
                        .map(page -> new HistoryResult.Page(
                                page.head().epoch(),
                                page.messages(),
                                page.more(),
                                false,
                                Optional.of(page.head()),
                                false)));
    }

    /** The entries as they were appended. */
    private Future<HistoryResult.Page> entries(StreamName stream, long after, Bounds bounds) {
        return streams.after(stream, after, bounds)
                .map(read -> new HistoryResult.Page(
                        read.head().epoch(),
                        read.entries().stream().map(EntryFrame::frame).toList(),
                        read.more(),
                        read.lacksEntriesAfter(after)));
    }
}
