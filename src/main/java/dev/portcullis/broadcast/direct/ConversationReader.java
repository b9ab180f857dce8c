package dev.portcullis.broadcast.direct;

import dev.portcullis.broadcast.HistoryResult;
import dev.portcullis.broadcast.amend.LatestHistory;
import dev.portcullis.broadcast.direct.Conversation.Head;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads conversations out of inboxes. There is no index of them: an inbox has a bounded number of entries, which are read in
 * steps until a page is full.
 */
final class ConversationReader {
    private static final int STEP = 200;

    private final StreamStore streams;
    private final LatestHistory latest;
    private final int pageBytes;

    /** @param pageBytes of one page, and of one read */
    ConversationReader(StreamStore streams, int pageBytes) {
        this.streams = streams;
        this.latest = new LatestHistory(streams);
        this.pageBytes = pageBytes;
    }

    Future<HistoryResult> read(ConversationQuery query) {
        return query.after().map(after -> new Entries(query).read(after)).orElseGet(() -> latest(query));
    }

    private Future<HistoryResult> latest(ConversationQuery query) {
        return latest.before(
                        StreamName.inbox(query.owner()),
                        query.before().orElse(Long.MAX_VALUE),
                        new Bounds(query.limit(), pageBytes),
                        Conversation.between(query.owner(), query.other()))
                .map(page -> new HistoryResult.Page(page.epoch(), page.messages(), page.more(), false));
    }

    /**
     * What an inbox says of a message.
     *
     * @param searched among how many of the newest entries
     */
    Future<Optional<Head>> find(UserId owner, String messageId, int searched) {
        return find(StreamName.inbox(owner), messageId, Long.MAX_VALUE, searched);
    }

    private Future<Optional<Head>> find(StreamName inbox, String messageId, long before, int left) {
        return streams.before(inbox, before, new Bounds(Math.min(STEP, left), pageBytes))
                .compose(slice -> {
                    List<StreamEntry> entries = slice.entries();
                    Optional<Head> found = entries.stream()
                            .flatMap(entry -> Conversation.head(entry).stream())
                            .filter(head -> head.messageId().equals(messageId)
                                    && head.type().equals(FrameType.CHAT_MESSAGE.id()))
                            .findFirst();
                    return found.isPresent() || !slice.more() || entries.size() >= left
                            ? Future.succeededFuture(found)
                            : find(inbox, messageId, entries.get(0).position().seq(), left - entries.size());
                });
    }

    /** Entries as they were appended, oldest first. */
    private final class Entries {
        private final ConversationQuery query;
        private final StreamName inbox;
        private final Predicate<StreamEntry> wanted;
        private final List<byte[]> found = new ArrayList<>();
        private Optional<Boolean> gap = Optional.empty();
        private int bytes;
        private boolean full;

        Entries(ConversationQuery query) {
            this.query = query;
            this.inbox = StreamName.inbox(query.owner());
            this.wanted = Conversation.between(query.owner(), query.other());
        }

        Future<HistoryResult> read(long after) {
            return streams.after(inbox, after, new Bounds(STEP, pageBytes)).compose(slice -> {
                gap = gap.or(() -> Optional.of(slice.lacksEntriesAfter(after)));
                slice.entries().stream().filter(wanted).forEach(this::add);
                return full || !slice.more()
                        ? Future.succeededFuture(page(slice))
                        : read(slice.entries()
                                .get(slice.entries().size() - 1)
                                .position()
                                .seq());
            });
        }

        private void add(StreamEntry entry) {
            int length = EntryFrame.length(entry);
            full |= found.size() == query.limit() || (!found.isEmpty() && bytes + length > pageBytes);
            if (!full) {
                found.add(EntryFrame.frame(entry));
                bytes += length;
            }
        }

        private HistoryResult page(Slice last) {
            return new HistoryResult.Page(last.head().epoch(), List.copyOf(found), full, gap.orElse(false));
        }
    }
}
