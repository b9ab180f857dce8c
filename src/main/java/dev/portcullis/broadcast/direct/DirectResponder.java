package dev.portcullis.broadcast.direct;

import dev.portcullis.broadcast.BroadcastResponder;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.MessageComposer;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.broadcast.direct.DirectMessages.Acknowledged;
import dev.portcullis.broadcast.direct.DirectMessages.Acknowledgement;
import dev.portcullis.broadcast.direct.DirectMessages.BlockChange;
import dev.portcullis.broadcast.direct.DirectMessages.Blocked;
import dev.portcullis.broadcast.direct.DirectMessages.Opening;
import dev.portcullis.bus.Bus;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.InboxConfig;
import dev.portcullis.streams.InboxReader;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.InboxStore.Delivery;
import dev.portcullis.streams.PairedAppend;
import dev.portcullis.streams.PairedResult;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongSupplier;

/** Answers what concerns inboxes. */
public final class DirectResponder implements BroadcastResponder {
    private final StreamStore streams;
    private final InboxStore inboxes;
    private final InboxConfig config;
    private final FanOut fanOut;
    private final DirectAppend appends;
    private final LongSupplier clock;

    /** What the node keeps of inboxes. */
    public record Stores(StreamStore streams, InboxStore inboxes) {}

    /** @param retention of an inbox */
    public DirectResponder(
            Stores stores,
            MessageComposer messages,
            Retention retention,
            InboxConfig config,
            FanOut fanOut,
            LongSupplier clock) {
        this.streams = stores.streams();
        this.inboxes = stores.inboxes();
        this.config = config;
        this.fanOut = fanOut;
        this.appends = new DirectAppend(messages, retention, config);
        this.clock = clock;
    }

    @Override
    public Future<?> answer(Bus bus, int instance) {
        return Future.all(List.of(
                bus.answer(DirectMessages.SEND, instance, this::send),
                bus.answer(DirectMessages.OPEN, instance, this::open),
                bus.answer(DirectMessages.ACKNOWLEDGE, instance, this::acknowledge),
                bus.answer(DirectMessages.BLOCK, instance, this::block),
                bus.answer(
                        DirectMessages.IS_BLOCKED,
                        instance,
                        query -> inboxes.isBlocked(query.owner(), query.user()).map(Blocked::new))));
    }

    private Future<PublishResult> send(DirectRequest request) {
        return appends.judge(
                request,
                clock.getAsLong(),
                this::append,
                why -> Future.succeededFuture(new PublishResult.Refused(why)));
    }

    private Future<PublishResult> append(PairedAppend append) {
        return streams.append(append).map(this::answer);
    }

    /**
     * A message that only the recipient has yet is no refusal: the same request with a later {@code notAfter} completes it.
     */
    private PublishResult answer(PairedResult result) {
        return result.fold(
                complete -> {
                    send(complete.stored());
                    return new PublishResult.Acked(complete.messageId(), complete.own());
                },
                sent -> {
                    send(sent.stored());
                    return new PublishResult.Expired();
                },
                refused -> refused.why().accept(DirectRefusal.REFUSALS));
    }

    private void send(List<StreamEntry> stored) {
        stored.forEach(fanOut::send);
    }

    /** What the client says to have needs no acknowledgement any more. */
    private Future<Delivery> open(Opening opening) {
        InboxReader reader = reader(opening.owner());
        return opening.resume()
                .map(position -> inboxes.acknowledge(reader, position, config.devices()))
                .orElseGet(() -> Future.succeededFuture(0L))
                .compose(any -> inboxes.open(reader, config.devices()));
    }

    private Future<Acknowledged> acknowledge(Acknowledgement acknowledgement) {
        return inboxes.acknowledge(reader(acknowledgement.owner()), acknowledgement.upTo(), config.devices())
                .map(Acknowledged::new);
    }

    private Future<Blocked> block(BlockChange change) {
        return change.blocked()
                ? inboxes.block(change.owner(), change.user(), config.blocks()).map(Blocked::new)
                : inboxes.unblock(change.owner(), change.user()).map(any -> new Blocked(false));
    }

    private InboxReader reader(InboxOwner owner) {
        return config.reader(owner.user(), owner.family());
    }
}
