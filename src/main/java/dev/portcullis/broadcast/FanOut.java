package dev.portcullis.broadcast;

import dev.portcullis.broadcast.interest.EdgeInterests;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Notice;
import dev.portcullis.bus.NoticeMulticast;
import dev.portcullis.bus.Stage;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.StreamEntry;
import io.vertx.core.Future;

/**
 * Sends each committed entry once to every edge node that may follow its stream. A hint: an edge that misses it reads
 * the store.
 */
public final class FanOut {
    public static final Notice<StreamEntry> ENTRY = new Notice<>(Stage.EDGE, "carry", StreamEntry.class);

    private final Bus bus;
    private final EdgeInterests interests;

    public FanOut(Bus bus, EdgeInterests interests) {
        this.bus = bus;
        this.interests = interests;
    }

    /** The interests are shared by all instances of the node, so only the first instance subscribes to them. */
    Future<Void> open(int instance) {
        return instance == 0 ? interests.open() : Future.succeededFuture();
    }

    void send(StreamEntry entry) {
        int lane = entry.stream().lane();
        NoticeMulticast<StreamEntry> multicast = bus.multicast(ENTRY, entry);
        bus.nodesOf(Stage.EDGE).forEach((node, edges) -> {
            if (node.equals(bus.node()) || interests.wants(node, entry.stream())) {
                multicast.sendTo(node, Lanes.shardOf(lane, edges));
            }
        });
    }
}
