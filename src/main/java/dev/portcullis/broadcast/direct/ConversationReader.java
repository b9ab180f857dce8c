package dev.portcullis.broadcast.direct;

import dev.portcullis.broadcast.HistoryResult;
import dev.portcullis.broadcast.amend.LatestMessage;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.DirectConversation.Part;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Reads conversations out of inboxes. The store knows the newest entry of each, looks through the bounded number of entries
 * before that one, and answers only with those of the conversation.
 */
final class ConversationReader {
    private final InboxStore inboxes;
    private final int pageBytes;

    /** @param pageBytes of one page */
    ConversationReader(InboxStore inboxes, int pageBytes) {
        this.inboxes = inboxes;
        this.pageBytes = pageBytes;
    }

    Future<HistoryResult> read(ConversationQuery query) {
        DirectConversation of = new DirectConversation(query.owner(), query.other());
        Order order = query.after().isPresent() ? Order.AFTER : Order.BEFORE;
        long from = query.after().or(query::before).orElse(Long.MAX_VALUE);
        return new Page(order, query.limit()).read(new DirectConversation.Read(of, order, from));
    }

    private final class Page {
        private final Order order;
        private final int limit;
        private final List<byte[]> frames = new ArrayList<>();
        private Optional<Boolean> gap = Optional.empty();
        private int bytes;
        private boolean full;

        Page(Order order, int limit) {
            this.order = order;
            this.limit = limit;
        }

        /** A page that is full is read on too, up to the next entry: only that tells whether there is more. */
        Future<HistoryResult> read(DirectConversation.Read rest) {
            return inboxes.conversation(rest, new Bounds(limit - frames.size(), Math.max(1, pageBytes - bytes)))
                    .compose(part -> {
                        gap = gap.or(() -> Optional.of(part.gap()));
                        part.entries().stream()
                                .flatMap(entry -> frame(entry).stream())
                                .forEach(this::add);
                        full |= part.cut();
                        return full || !part.unread()
                                ? Future.succeededFuture(result(part))
                                : read(rest.from(part.reached()));
                    });
        }

        private Optional<byte[]> frame(LatestEntry entry) {
            return order == Order.AFTER ? Optional.of(EntryFrame.frame(entry.entry())) : LatestMessage.frame(entry);
        }

        private void add(byte[] frame) {
            full |= !frames.isEmpty() && bytes + frame.length > pageBytes;
            if (!full) {
                frames.add(frame);
                bytes += frame.length;
            }
        }

        private HistoryResult result(Part last) {
            if (order == Order.BEFORE) {
                Collections.reverse(frames);
            }
            return new HistoryResult.Page(last.head().epoch(), List.copyOf(frames), full, gap.orElse(false));
        }
    }
}
