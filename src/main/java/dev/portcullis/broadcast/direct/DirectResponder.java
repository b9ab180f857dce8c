package dev.portcullis.broadcast.direct;

import dev.portcullis.broadcast.BroadcastConfig;
import dev.portcullis.broadcast.BroadcastResponder;
import dev.portcullis.broadcast.EventRequest;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.MessageComposer;
import dev.portcullis.broadcast.ModeratedAppend;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.broadcast.amend.AmendPolicy;
import dev.portcullis.broadcast.amend.Amendment;
import dev.portcullis.broadcast.direct.DirectMessages.Acknowledged;
import dev.portcullis.broadcast.direct.DirectMessages.Acknowledgement;
import dev.portcullis.broadcast.direct.DirectMessages.BlockChange;
import dev.portcullis.broadcast.direct.DirectMessages.Blocked;
import dev.portcullis.broadcast.direct.DirectMessages.Opening;
import dev.portcullis.broadcast.moderation.Moderation;
import dev.portcullis.bus.Bus;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Target;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.InboxConfig;
import dev.portcullis.streams.InboxReader;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.InboxStore.Delivery;
import dev.portcullis.streams.PairedAppend;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Answers the stage's questions about inboxes. */
public final class DirectResponder implements BroadcastResponder {
    private final StreamStore streams;
    private final InboxStore inboxes;
    private final InboxConfig config;
    private final FanOut fanOut;
    private final DirectAppend appends;
    private final DirectAmender amender;
    private final ConversationReader conversations;
    private final Optional<ModeratedAppend> moderated;
    private final LongSupplier clock;

    /** The stores in which the node keeps inboxes. */
    public record Stores(StreamStore streams, InboxStore inboxes) {}

    /** @param retention the retention of an inbox */
    public DirectResponder(
            Stores stores,
            ContentPolicy content,
            BroadcastConfig broadcast,
            Retention retention,
            InboxConfig config,
            FanOut fanOut,
            LongSupplier clock,
            Optional<Moderation> moderation) {
        this.streams = stores.streams();
        this.inboxes = stores.inboxes();
        this.config = config;
        this.fanOut = fanOut;
        this.appends =
                new DirectAppend(new MessageComposer(content, broadcast), broadcast.messageBytes(), retention, config);
        this.conversations = new ConversationReader(inboxes, broadcast.historyBytes());
        this.moderated = moderation.map(ModeratedAppend::new);
        this.amender = new DirectAmender(
                streams,
                inboxes,
                new AmendPolicy(content, broadcast.amend(), broadcast.messageBytes()),
                retention,
                broadcast.amend().searched(),
                config,
                fanOut,
                moderated);
        this.clock = clock;
    }

    @Override
    public Future<?> answer(Bus bus, int instance) {
        return Future.all(List.of(
                bus.answer(DirectMessages.SEND, instance, this::send),
                bus.answer(DirectMessages.SEND_EVENT, instance, this::sendEvent),
                bus.answer(DirectMessages.AMEND, instance, this::amend),
                bus.answer(DirectMessages.CONVERSATION, instance, conversations::read),
                bus.answer(DirectMessages.OPEN, instance, this::open),
                bus.answer(DirectMessages.ACKNOWLEDGE, instance, this::acknowledge),
                bus.answer(DirectMessages.BLOCK, instance, this::block),
                bus.answer(
                        DirectMessages.IS_BLOCKED,
                        instance,
                        query -> inboxes.isBlocked(query.owner(), query.user()).map(Blocked::new))));
    }

    private Future<PublishResult> send(DirectRequest request) {
        long now = clock.getAsLong();
        return appends.judge(
                request,
                now,
                pair -> moderated
                        .map(each -> each.publish(
                                new Target.ToUser(request.recipient()),
                                pair.append(),
                                append -> append(new PairedAppend(append, pair.own()), pair),
                                by -> appends.<Result<AppendRequest, Rejection>>replace(
                                        request, by, now, replaced -> Result.done(replaced.append()), Result::refused)))
                        .orElseGet(() -> append(pair, pair)),
                why -> Future.succeededFuture(new PublishResult.Refused(why)));
    }

    /** Publishes an event. The moderation judges texts of chat. An event of a room is published by another question. */
    private Future<PublishResult> sendEvent(EventRequest request) {
        return request.target()
                .fold(
                        room -> answer(PublishResult.refused(Reason.NOT_FOUND)),
                        recipient -> appends.judge(
                                request,
                                recipient,
                                clock.getAsLong(),
                                pair -> append(pair, pair),
                                why -> answer(new PublishResult.Refused(why))));
    }

    /** Amends a direct message. A message of a room is amended by another question. */
    private Future<PublishResult> amend(Amendment amendment) {
        return amendment
                .target()
                .fold(
                        room -> Future.succeededFuture(PublishResult.refused(Reason.NOT_FOUND)),
                        recipient -> amender.amend(amendment, recipient, clock.getAsLong()));
    }

    /**
     * Appends to both inboxes. If only the recipient has the message, that is no refusal: the same request with a later
     * {@code notAfter} completes it.
     *
     * @param whole the same append with all the time there is: a message that the recipient has is completed without another
     * question
     */
    private Future<PublishResult> append(PairedAppend pair, PairedAppend whole) {
        return streams.append(pair)
                .compose(result -> result.fold(
                        complete -> {
                            send(complete.stored());
                            return answer(new PublishResult.Acked(complete.messageId(), complete.own()));
                        },
                        sent -> {
                            send(sent.stored());
                            return pair.append().notAfter() < whole.append().notAfter()
                                    ? append(whole, whole)
                                    : answer(new PublishResult.Expired());
                        },
                        refused -> answer(refused.why().accept(DirectRefusal.REFUSALS))));
    }

    private static Future<PublishResult> answer(PublishResult result) {
        return Future.succeededFuture(result);
    }

    private void send(List<StreamEntry> stored) {
        stored.forEach(fanOut::send);
    }

    /** Opens the inbox for a reader. The position that the client has counts as acknowledged, unless the inbox never had it. */
    private Future<Delivery> open(Opening opening) {
        InboxReader reader = reader(opening.owner());
        return inboxes.open(reader, config.devices())
                .compose(delivery -> opening.resume()
                        .filter(position ->
                                position.seq() > delivery.acknowledged() && !isBeyond(position, delivery.head()))
                        .map(position -> inboxes.acknowledge(reader, position, config.devices())
                                .compose(any -> inboxes.open(reader, config.devices())))
                        .orElseGet(() -> Future.succeededFuture(delivery)));
    }

    private static boolean isBeyond(Position position, Position head) {
        return position.epoch().equals(head.epoch()) && position.seq() > head.seq();
    }

    private Future<Acknowledged> acknowledge(Acknowledgement acknowledgement) {
        return inboxes.acknowledge(reader(acknowledgement.owner()), acknowledgement.upTo(), config.devices())
                .map(Acknowledged::new);
    }

    private Future<Blocked> block(BlockChange change) {
        return change.blocked()
                ? inboxes.block(change.owner(), change.user(), config.blocks(), change.notAfter())
                        .map(Blocked::new)
                : inboxes.unblock(change.owner(), change.user(), change.notAfter())
                        .map(any -> new Blocked(false));
    }

    private InboxReader reader(InboxOwner owner) {
        return config.reader(owner.user(), owner.family());
    }
}
