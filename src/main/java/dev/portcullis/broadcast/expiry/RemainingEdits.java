package dev.portcullis.broadcast.expiry;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.protocol.codec.DeliveredMessage.Edit;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.ExpiringMessages.Due;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds edits of messages that left the window before them, and are in no archive: such an edit would still show the text to those who
 * resume. It reads no further back than the oldest of these edits can be.
 */
final class RemainingEdits {
    private static final Bounds FIRST = new Bounds(1, 1);
    private static final Bounds PAGE = new Bounds(100, 256 * 1024);
    private static final long CLOCKS_DIFFER_MS = 60_000;

    /** No entry has it, so the deletion changes no row but those of the edits. */
    private static final long NOT_KEPT = 0;

    private final StreamStore streams;
    private final ExpiryPolicy policy;

    RemainingEdits(StreamStore streams, ExpiryPolicy policy) {
        this.streams = streams;
        this.policy = policy;
    }

    /** Returns the messages with edits that are kept, by their ids, each with the newest of its edits. */
    Future<Map<String, StoredMessage>> of(List<Due> ofStream) {
        StreamName stream = ofStream.get(0).stream();
        return streams.after(stream, 0, FIRST).compose(first -> {
            Map<String, Long> wanted = ofStream.stream()
                    .filter(due -> first.entries().stream().anyMatch(oldest -> isSince(due.editedAt(), oldest)))
                    .collect(Collectors.toMap(
                            Due::messageId, due -> due.editedAt().orElseThrow(), Math::max));
            return wanted.isEmpty()
                    ? Future.succeededFuture(Map.of())
                    : new Search(stream, wanted).before(Long.MAX_VALUE);
        });
    }

    private static boolean isSince(Optional<Long> editedAt, StreamEntry oldest) {
        return editedAt.filter(at -> at + CLOCKS_DIFFER_MS >= oldest.timestamp())
                .isPresent();
    }

    private final class Search {
        private final StreamName stream;
        private final Map<String, Long> wanted;
        private final long oldest;
        private final Map<String, StoredMessage> found = new HashMap<>();
        private int left;

        Search(StreamName stream, Map<String, Long> wanted) {
            this.stream = stream;
            this.wanted = wanted;
            this.oldest = wanted.values().stream().mapToLong(at -> at).min().orElseThrow() - CLOCKS_DIFFER_MS;
            this.left = policy.searched(stream);
        }

        Future<Map<String, StoredMessage>> before(long seq) {
            return streams.before(stream, seq, PAGE).compose(page -> {
                List<StreamEntry> entries = page.entries();
                for (int i = entries.size() - 1; i >= 0; i--) {
                    take(entries.get(i));
                }
                left -= entries.size();
                return entries.isEmpty() || left <= 0 || found.size() == wanted.size() || isBehind(entries.get(0))
                        ? Future.succeededFuture(found)
                        : before(entries.get(0).position().seq());
            });
        }

        private boolean isBehind(StreamEntry first) {
            return first.timestamp() < oldest;
        }

        private void take(StreamEntry entry) {
            DeliveredMessage.editIn(entry.body())
                    .filter(edit -> wanted.containsKey(edit.messageId()))
                    .ifPresent(edit -> found.putIfAbsent(edit.messageId(), message(entry, edit)));
        }
    }

    private static StoredMessage message(StreamEntry newest, Edit edit) {
        StreamEntry message = new StreamEntry(
                newest.stream(), new Position(newest.position().epoch(), NOT_KEPT), newest.timestamp(), newest.body());
        return new StoredMessage(
                message,
                edit.messageId(),
                edit.author(),
                EntryState.EDITED,
                newest.timestamp(),
                newest.position().seq(),
                1,
                Optional.empty(),
                Optional.of(Permit.UNCONDITIONAL));
    }
}
