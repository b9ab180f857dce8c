package dev.portcullis.broadcast;

import dev.portcullis.broadcast.amend.Amendment;
import dev.portcullis.broadcast.amend.LatestHistory;
import dev.portcullis.broadcast.moderation.Moderation;
import dev.portcullis.broadcast.notification.NotificationRequest;
import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Target;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Answers the questions of the broadcast stage. */
public final class BroadcastVerticle extends VerticleBase {
    private final int instance;
    private final Bus bus;
    private final StreamStore streams;
    private final FanOut fanOut;
    private final PublishPolicy policy;
    private final BroadcastConfig config;
    private final LongSupplier clock;
    private final Optional<ModeratedAppend> moderated;
    private final RoomAmender amender;
    private final LatestHistory latest;
    private final List<BroadcastResponder> responders;

    public BroadcastVerticle(
            int instance,
            Bus bus,
            StreamStore streams,
            FanOut fanOut,
            PublishPolicy policy,
            BroadcastConfig config,
            LongSupplier clock,
            Optional<Moderation> moderation) {
        this(instance, bus, streams, fanOut, policy, config, clock, moderation, List.of());
    }

    /** @param responders the parts that answer further questions of the stage */
    public BroadcastVerticle(
            int instance,
            Bus bus,
            StreamStore streams,
            FanOut fanOut,
            PublishPolicy policy,
            BroadcastConfig config,
            LongSupplier clock,
            Optional<Moderation> moderation,
            List<BroadcastResponder> responders) {
        this.instance = instance;
        this.bus = bus;
        this.streams = streams;
        this.fanOut = fanOut;
        this.policy = policy;
        this.config = config;
        this.clock = clock;
        this.moderated = moderation.map(ModeratedAppend::new);
        this.amender = policy.amender(streams, fanOut, moderated);
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
                bus.answer(Broadcaster.PUBLISH, instance, this::publish),
                bus.answer(Broadcaster.PUBLISH_EVENT, instance, this::publishEvent),
                bus.answer(Broadcaster.REMOVE, instance, this::remove),
                bus.answer(Broadcaster.AMEND, instance, this::amend),
                bus.answer(Broadcaster.NOTIFY, instance, this::tell),
                bus.answer(Broadcaster.DETACH, instance, request -> append(policy.detach(request, clock.getAsLong()))),
                bus.answer(Broadcaster.HISTORY, instance, this::history),
                bus.answer(Broadcaster.SEND, instance, this::send),
                bus.answer(
                        Broadcaster.NOTE_DETACHMENT,
                        instance,
                        stream -> streams.noteDetachment(stream).map(new Broadcaster.Noted())),
                bus.answer(Broadcaster.HEAD, instance, streams::head)));
    }

    private Future<PublishResult> publish(PublishRequest request) {
        return policy.judge(request, clock.getAsLong())
                .fold(
                        append -> moderated
                                .map(each -> each.publish(
                                        new Target.ToRoom(request.roomId()),
                                        append,
                                        this::append,
                                        by -> policy.replace(request, by, append.timestamp())))
                                .orElseGet(() -> append(append)),
                        why -> Future.succeededFuture(new PublishResult.Refused(why)));
    }

    /** Publishes an event. The moderation judges texts of chat. An event of two inboxes is published by another question. */
    private Future<PublishResult> publishEvent(EventRequest request) {
        return request.target()
                .fold(
                        room -> policy.judge(request, room, clock.getAsLong())
                                .fold(this::append, why -> Future.succeededFuture(new PublishResult.Refused(why))),
                        user -> Future.succeededFuture(PublishResult.refused(Reason.UNSUPPORTED)));
    }

    private Future<PublishResult> remove(RemovalRequest removal) {
        return append(policy.remove(removal, clock.getAsLong()));
    }

    private Future<PublishResult> amend(Amendment amendment) {
        return amendment
                .target()
                .fold(
                        room -> amender.amend(amendment, room, clock.getAsLong()),
                        user -> Future.succeededFuture(PublishResult.refused(Reason.UNSUPPORTED)));
    }

    private Future<PublishResult> tell(NotificationRequest request) {
        return policy.notifications()
                .judge(
                        request,
                        clock.getAsLong(),
                        this::append,
                        why -> Future.succeededFuture(new PublishResult.Refused(why)));
    }

    private Future<Broadcaster.Sent> send(Broadcaster.Transients request) {
        request.frames().forEach(fanOut::send);
        return Future.succeededFuture(new Broadcaster.Sent());
    }

    private Future<PublishResult> append(AppendRequest append) {
        String messageId = append.idempotencyKey().orElseThrow().messageId();
        return streams.append(append)
                .map(outcome -> outcome.accept(new PublishAnswer(fanOut, messageId))); // sends a stored entry on
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
        Bounds bounds = new Bounds(query.limit(), config.historyBytes());
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
