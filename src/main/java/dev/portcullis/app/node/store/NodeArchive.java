package dev.portcullis.app.node.store;

import dev.portcullis.archive.ArchiveBacklog;
import dev.portcullis.archive.ArchiveConfig;
import dev.portcullis.archive.ArchiveHealth;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.archive.ArchivedErasures;
import dev.portcullis.archive.ArchivedInboxes;
import dev.portcullis.archive.ArchivedSearch;
import dev.portcullis.archive.ArchivedStreams;
import dev.portcullis.archive.HeldCopies;
import dev.portcullis.archive.LosingStreams;
import dev.portcullis.archive.MessageIndex;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.RetentionConfig;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.holds.HoldStore;
import dev.portcullis.streams.unarchived.ArchiveSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The archive as this node has it.
 *
 * @param source what the archive does not have yet
 */
public record NodeArchive(ArchiveStore store, ArchiveSource source, ArchiveBacklog backlog, ArchiveHealth health) {
    static NodeArchive of(ArchiveStore store, ArchiveSource source, ArchiveConfig config) {
        return new NodeArchive(
                store, source, new ArchiveBacklog(config::backlogBytes, config.onFull()), new ArchiveHealth());
    }

    /** These streams, which go on in the archive where their window ends. */
    StreamStore streams(StreamStore streams, RowStore rows, int resumeEntries) {
        StreamStore followed = backlog.loses() ? new LosingStreams(streams) : streams;
        return new ArchivedStreams(followed, store, source, rows, resumeEntries);
    }

    InboxStore inboxes(InboxStore inboxes) {
        return new ArchivedInboxes(inboxes, store, source);
    }

    public Optional<MessageIndex> index() {
        return store.index();
    }

    /**
     * Finds messages by their words; empty if the archive has no index.
     *
     * @param retention what is kept of streams for which nothing was set
     * @param clock the store's clock
     */
    public Optional<ArchivedSearch> search(Supplier<RetentionConfig> retention, LongSupplier clock) {
        return index().map(index -> new ArchivedSearch(index, store, source, health, retention, clock));
    }

    ErasureStore erasures(ErasureStore erasures, RowStore rows) {
        return new ArchivedErasures(erasures, store, copies(rows));
    }

    /** What holds cover, and have kept. */
    public HeldCopies copies(RowStore rows) {
        return new HeldCopies(store, source, new HoldStore(rows));
    }
}
