package dev.portcullis.app.node.assembly;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.store.NodeArchive;
import dev.portcullis.archive.ArchiveVerticle;
import dev.portcullis.bus.Bus;
import dev.portcullis.config.Live;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.RetentionConfig;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamsConfig;

/** The part of the node that feeds the archive. */
public final class ArchiveAssembly {
    private final NodeServices services;
    private final NodeArchive archive;
    private final RowStore rows;
    private final ErasureStore erasures;
    private final Live<StreamsConfig> streams;
    private final Live<RetentionConfig> retention;

    public ArchiveAssembly(NodeServices services, NodeArchive archive, RowStore rows, ErasureStore erasures) {
        this.services = services;
        this.archive = archive;
        this.rows = rows;
        this.erasures = erasures;
        this.streams = services.live().of(NodeConfig::streams);
        this.retention = services.live().of(NodeConfig::retention);
    }

    public ArchiveVerticle verticle() {
        Bus bus = services.bus();
        return new ArchiveVerticle(
                archive.store(),
                archive.source(),
                rows,
                this::windowEntries,
                retention::get,
                erasures::streams,
                archive.backlog(),
                archive.health(),
                bus.node(),
                new LaneShares(bus),
                services.metrics());
    }

    private int windowEntries(StreamName stream) {
        StreamsConfig config = streams.get();
        return (stream.isInbox() ? config.inbox() : config.room()).entries();
    }
}
