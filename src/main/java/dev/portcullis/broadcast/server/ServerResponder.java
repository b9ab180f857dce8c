package dev.portcullis.broadcast.server;

import dev.portcullis.broadcast.BroadcastResponder;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.MessageIds;
import dev.portcullis.broadcast.Publication.Event;
import dev.portcullis.broadcast.PublishAnswer;
import dev.portcullis.broadcast.PublishPolicy;
import dev.portcullis.broadcast.PublishRequest;
import dev.portcullis.broadcast.UnstoredEvents;
import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Reason;
import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongSupplier;

/** Appends the messages of the application's server, in their order, for the stage. */
public final class ServerResponder implements BroadcastResponder {
    private final StreamStore streams;
    private final PublishPolicy policy;
    private final FanOut fanOut;
    private final UnstoredEvents unstored;
    private final MessageIds ids = new MessageIds();
    private final LongSupplier clock;

    public ServerResponder(
            StreamStore streams, PublishPolicy policy, FanOut fanOut, UnstoredEvents unstored, LongSupplier clock) {
        this.streams = streams;
        this.policy = policy;
        this.fanOut = fanOut;
        this.unstored = unstored;
        this.clock = clock;
    }

    @Override
    public Future<?> answer(Bus bus, int instance) {
        return bus.answer(ServerPublisher.PUBLISH, instance, this::publish);
    }

    /**
     * Publishes a batch, run by run. The store takes the messages of a run in their order and commits them together: one by one,
     * a call of a hundred would wait for the disk a hundred times. Events that are not stored have runs of their own: they need
     * no commit, and would overtake the messages in front of them.
     */
    private Future<ServerPublisher.Outcomes> publish(ServerBatch batch) {
        return ChunkedCalls.run(batch.runs(), 1, run -> ChunkedCalls.run(run, message -> publish(batch, message)))
                .map(runs -> new ServerPublisher.Outcomes(
                        runs.stream().flatMap(List::stream).toList()));
    }

    /** Publishes a message. Never fails, so that one message holds up no other. */
    private Future<ServerOutcome> publish(ServerBatch batch, SystemMessage message) {
        return message.post() instanceof Event event && !message.stored()
                ? send(event)
                : append(batch, message, clock.getAsLong());
    }

    private Future<ServerOutcome> send(Event event) {
        return unstored.send(SystemMessage.SERVER, event)
                .<ServerOutcome>map(verdict -> verdict.fold(ServerOutcome.Sent::new, ServerOutcome.Refused::new))
                .otherwise(ServerOutcome.refused(Reason.UNAVAILABLE));
    }

    /** Appends a message. If the store fails to answer, it may be stored or not, as after a lost answer. */
    private Future<ServerOutcome> append(ServerBatch batch, SystemMessage message, long now) {
        PublishRequest request = new PublishRequest(
                message.from(), message.post(), ids.next(now), message.key(), batch.notAfter(), Permit.UNCONDITIONAL);
        return policy.post(request, message.post(), now)
                .fold(
                        entry -> streams.append(batch.bounded(entry))
                                .map(new PublishAnswer(fanOut, entry)::to)
                                .map(ServerOutcome::of)
                                .otherwise(ServerOutcome.refused(Reason.UNAVAILABLE)),
                        why -> Future.succeededFuture(new ServerOutcome.Refused(why)));
    }
}
