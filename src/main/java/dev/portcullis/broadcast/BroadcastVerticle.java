package dev.portcullis.broadcast;

import dev.portcullis.broadcast.moderation.Moderation;
import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
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

    public BroadcastVerticle(
            int instance,
            Bus bus,
            StreamStore streams,
            FanOut fanOut,
            PublishPolicy policy,
            BroadcastConfig config,
            LongSupplier clock,
            Optional<Moderation> moderation) {
        this.instance = instance;
        this.bus = bus;
        this.streams = streams;
        this.fanOut = fanOut;
        this.policy = policy;
        this.config = config;
        this.clock = clock;
        this.moderated = moderation.map(each -> new ModeratedAppend(each, policy, this::append));
    }

    @Override
    public Future<?> start() {
        return Future.all(
                fanOut.open(instance),
                bus.answer(Broadcaster.PUBLISH, instance, this::publish),
                bus.answer(Broadcaster.REMOVE, instance, this::remove),
                bus.answer(Broadcaster.DETACH, instance, request -> append(policy.detach(request, clock.getAsLong()))),
                bus.answer(Broadcaster.HISTORY, instance, this::history),
                bus.answer(Broadcaster.HEAD, instance, streams::head));
    }

    private Future<PublishResult> publish(PublishRequest request) {
        return policy.judge(request, clock.getAsLong())
                .fold(
                        append -> moderated
                                .map(each -> each.publish(request, append))
                                .orElseGet(() -> append(append)),
                        why -> Future.succeededFuture(new PublishResult.Refused(why)));
    }

    private Future<PublishResult> remove(RemovalRequest removal) {
        return append(policy.remove(removal, clock.getAsLong()));
    }

    private Future<PublishResult> append(AppendRequest append) {
        String messageId = append.idempotencyKey().orElseThrow().messageId();
        return streams.append(append)
                .map(outcome -> outcome.accept(new PublishAnswer(messageId))); // sends a stored one on
    }

    /** Checks the bar after the read: a reader who was not barred then may see what was read (CWE-367). */
    private Future<HistoryResult> history(HistoryQuery query) {
        return page(query)
                .compose(page -> query.passesBars()
                        ? Future.succeededFuture(page)
                        : streams.access(query.stream(), query.reader())
                                .map(access -> access.barred()
                                        ? new HistoryResult.Refused(Rejection.of(Reason.NOT_MEMBER))
                                        : page));
    }

    private Future<HistoryResult.Page> page(HistoryQuery query) {
        Bounds bounds = new Bounds(query.limit(), config.historyBytes());
        Future<Slice> slice = query.after()
                .map(after -> streams.after(query.stream(), after, bounds))
                .orElseGet(() -> streams.before(query.stream(), query.before().orElse(Long.MAX_VALUE), bounds));
        return slice.map(read -> new HistoryResult.Page(
                read.head().epoch(),
                read.entries().stream().map(EntryFrame::frame).toList(),
                read.more(),
                query.after().filter(read::lacksEntriesAfter).isPresent()));
    }

    /**
     * Sends a stored entry to the subscribers, and makes the publish result. A duplicate is not sent again: a node that
     * missed it finds it by the tail check.
     */
    private final class PublishAnswer implements AppendResult.Cases<PublishResult> {
        private final String messageId;

        PublishAnswer(String messageId) {
            this.messageId = messageId;
        }

        @Override
        public PublishResult stored(AppendResult.Stored outcome) {
            fanOut.send(outcome.entry());
            Position position = outcome.entry().position();
            return new PublishResult.Acked(messageId, position);
        }

        @Override
        public PublishResult duplicate(AppendResult.Duplicate outcome) {
            return new PublishResult.Acked(outcome.messageId(), outcome.position());
        }

        @Override
        public PublishResult conflict(AppendResult.Conflict outcome) {
            return PublishResult.refused(Reason.CONFLICT);
        }

        @Override
        public PublishResult expired(AppendResult.Expired outcome) {
            return new PublishResult.Expired();
        }

        @Override
        public PublishResult barred(AppendResult.Barred outcome) {
            return PublishResult.refused(Reason.NOT_MEMBER);
        }

        @Override
        public PublishResult full(AppendResult.Full outcome) {
            return PublishResult.refused(Reason.CONFLICT);
        }

        @Override
        public PublishResult backlogFull(AppendResult.BacklogFull outcome) {
            return PublishResult.refused(Reason.RESTRICTED);
        }
    }
}
