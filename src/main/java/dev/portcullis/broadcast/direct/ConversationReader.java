package dev.portcullis.broadcast.direct;

import dev.portcullis.broadcast.HistoryResult;
import dev.portcullis.broadcast.LatestMessage;
import dev.portcullis.broadcast.direct.DirectMessages.ConversationQuery;
import dev.portcullis.streams.BoundedPart;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.DirectConversation.Part;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import java.util.Optional;

/** Reads pages of conversations out of inboxes. */
final class ConversationReader {
    private final InboxStore inboxes;
    private final int pageBytes;

    ConversationReader(InboxStore inboxes, int pageBytes) {
        this.inboxes = inboxes;
        this.pageBytes = pageBytes;
    }

    Future<HistoryResult> read(ConversationQuery query) {
        DirectConversation of = new DirectConversation(query.owner(), query.other());
        Order order = query.after().isPresent() ? Order.AFTER : Order.BEFORE;
        long from = query.after().or(query::before).orElse(Long.MAX_VALUE);
        Bounds bounds = new Bounds(query.limit(), pageBytes);
        return inboxes.conversation(new DirectConversation.Read(of, order, from), bounds)
                .map(part -> page(order, part, bounds));
    }

    private static HistoryResult page(Order order, Part part, Bounds bounds) {
        BoundedPart<byte[]> page = new BoundedPart<byte[]>(bounds, frame -> frame.length)
                .addAll(part.entries().stream().flatMap(entry -> frame(order, entry).stream()));
        return new HistoryResult.Page(
                part.head().epoch(),
                order == Order.AFTER ? page.items() : page.reversed(),
                part.cut() || page.isCut(),
                part.gap());
    }

    private static Optional<byte[]> frame(Order order, LatestEntry entry) {
        return order == Order.AFTER ? Optional.of(EntryFrame.frame(entry.entry())) : LatestMessage.frame(entry);
    }
}
