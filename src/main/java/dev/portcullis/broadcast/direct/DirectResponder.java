package dev.portcullis.broadcast.direct;

import dev.portcullis.broadcast.BroadcastResponder;
import dev.portcullis.broadcast.direct.DirectMessages.Acknowledged;
import dev.portcullis.broadcast.direct.DirectMessages.Acknowledgement;
import dev.portcullis.broadcast.direct.DirectMessages.BlockChange;
import dev.portcullis.broadcast.direct.DirectMessages.Blocked;
import dev.portcullis.broadcast.direct.DirectMessages.InboxOwner;
import dev.portcullis.broadcast.direct.DirectMessages.Opening;
import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.Position;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.InboxConfig;
import dev.portcullis.streams.InboxReader;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.InboxStore.Delivery;
import io.vertx.core.Future;
import java.util.List;

/** Answers the stage's questions about inboxes. */
public final class DirectResponder implements BroadcastResponder {
    private final InboxStore inboxes;
    private final BlockListStore blocks;
    private final InboxConfig config;
    private final ConversationReader conversations;

    /** @param historyBytes the bytes of messages in the largest reply */
    public DirectResponder(InboxStore inboxes, BlockListStore blocks, int historyBytes, InboxConfig config) {
        this.inboxes = inboxes;
        this.blocks = blocks;
        this.config = config;
        this.conversations = new ConversationReader(inboxes, historyBytes);
    }

    @Override
    public Future<?> answer(Bus bus, int instance) {
        return Future.all(List.of(
                bus.answer(DirectMessages.CONVERSATION, instance, conversations::read),
                bus.answer(DirectMessages.OPEN, instance, this::open),
                bus.answer(DirectMessages.ACKNOWLEDGE, instance, this::acknowledge),
                bus.answer(DirectMessages.BLOCK, instance, this::block),
                bus.answer(
                        DirectMessages.IS_BLOCKED,
                        instance,
                        query -> blocks.isBlocked(query.owner(), query.user()).map(Blocked::new))));
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
                ? blocks.block(change.owner(), change.user(), config.blocks(), change.notAfter())
                        .map(Blocked::new)
                : unblock(change);
    }

    /**
     * Lifts a block, after which the user's backlog begins again: what it counted was partly never in the inbox. It does so also
     * where there is no block: an earlier attempt may have broken off between the two.
     */
    private Future<Blocked> unblock(BlockChange change) {
        return blocks.lift(change.owner(), change.user(), change.notAfter())
                .compose(any -> inboxes.restartBacklog(change.owner(), change.user()))
                .map(any -> new Blocked(false));
    }

    private InboxReader reader(InboxOwner owner) {
        return config.reader(owner.user(), owner.family());
    }
}
