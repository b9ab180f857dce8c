package dev.portcullis.broadcast;

import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.streams.Append;
import dev.portcullis.streams.Appended;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.Wire;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.LongSupplier;

/** Answers the door of the broadcast stage. */
public final class BroadcastVerticle extends VerticleBase {
    private final int instance;
    private final Bus bus;
    private final StreamStore streams;
    private final FanOut fanOut;
    private final PublishPolicy policy;
    private final BroadcastConfig config;
    private final LongSupplier clock;

    public BroadcastVerticle(
            int instance,
            Bus bus,
            StreamStore streams,
            FanOut fanOut,
            PublishPolicy policy,
            BroadcastConfig config,
            LongSupplier clock) {
        this.instance = instance;
        this.bus = bus;
        this.streams = streams;
        this.fanOut = fanOut;
        this.policy = policy;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        return Future.all(
                fanOut.open(instance),
                bus.answer(Broadcaster.PUBLISH, instance, this::publish),
                bus.answer(Broadcaster.REMOVE, instance, this::remove),
                bus.answer(Broadcaster.HISTORY, instance, this::history),
                bus.answer(Broadcaster.HEAD, instance, streams::head));
    }

    private Future<Published> publish(Publication publication) {
        return policy.judge(publication, clock.getAsLong())
                .fold(
                        append -> append(append, publication.messageId()),
                        why -> Future.succeededFuture(new Published.Refused(why)));
    }

    private Future<Published> remove(Removal removal) {
        return append(policy.remove(removal, clock.getAsLong()), removal.messageId());
    }

    private Future<Published> append(Append append, String messageId) {
        return streams.append(append).map(outcome -> outcome.accept(new Carry(messageId)));
    }

    /** Whether the reader is barred is asked after the read: whoever was not yet may see what was read (CWE-367). */
    private Future<HistoryAnswer> history(HistoryQuery query) {
        return page(query)
                .compose(page -> query.passesBars()
                        ? Future.succeededFuture(page)
                        : streams.access(query.stream(), query.reader())
                                .map(access -> access.barred()
                                        ? new HistoryAnswer.Refused(Rejection.of(Reason.NOT_MEMBER))
                                        : page));
    }

    private Future<HistoryAnswer.Page> page(HistoryQuery query) {
        Bounds bounds = new Bounds(query.limit(), config.historyBytes());
        Future<Slice> slice = query.after()
                .map(after -> streams.after(query.stream(), after, bounds))
                .orElseGet(() -> streams.before(query.stream(), query.before().orElse(Long.MAX_VALUE), bounds));
        return slice.map(read -> new HistoryAnswer.Page(
                read.head().epoch(),
                read.entries().stream().map(Wire::frame).toList(),
                read.more(),
                query.after().filter(read::lacksEntriesAfter).isPresent()));
    }

    /** What each outcome of an append means for the sender, and for those who must hear it. */
    private final class Carry implements Appended.Cases<Published> {
        private final String messageId;

        Carry(String messageId) {
            this.messageId = messageId;
        }

        @Override
        public Published stored(Appended.Stored outcome) {
            fanOut.spread(outcome.entry());
            Position position = outcome.entry().position();
            return new Published.Acked(messageId, position);
        }

        @Override
        public Published repeated(Appended.Repeated outcome) {
            return new Published.Acked(outcome.messageId(), outcome.position());
        }

        @Override
        public Published conflict(Appended.Conflict outcome) {
            return Published.refused(Reason.CONFLICT);
        }

        @Override
        public Published expired(Appended.Expired outcome) {
            return new Published.Expired();
        }

        @Override
        public Published barred(Appended.Barred outcome) {
            return Published.refused(Reason.NOT_MEMBER);
        }

        @Override
        public Published full(Appended.Full outcome) {
            return Published.refused(Reason.CONFLICT);
        }
    }
}
