package dev.portcullis.broadcast;

import dev.portcullis.broadcast.interest.EdgeInterests;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Notice;
import dev.portcullis.bus.NoticeMulticast;
import dev.portcullis.bus.Stage;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.TransientFrame;
import io.vertx.core.Future;

/**
 * Sends each committed entry once to every edge node that may follow its stream. It is a hint, since an edge that misses it reads
 * the store. Frames that are never stored go the same way, and an edge that misses one does without.
 */
public final class FanOut {
    /** An entry for the hub's shards, which {@code EdgeVerticle} subscribes. */
    public static final Notice<StreamEntry> ENTRY = new Notice<>(Stage.EDGE, "carry", StreamEntry.class);

    /** A frame that is never stored, such as who is typing. */
    public static final Notice<TransientFrame> TRANSIENT = new Notice<>(Stage.EDGE, "transient", TransientFrame.class);

    /** A stream whose entries were changed in the store, so that no copy in memory is right any more. */
    public static final Notice<StreamName> CHANGED = new Notice<>(Stage.EDGE, "changed", StreamName.class);

    private final Bus bus;
    private final EdgeInterests interests;

    public FanOut(Bus bus, EdgeInterests interests) {
        this.bus = bus;
        this.interests = interests;
    }

    /** Subscribes to the interests. All instances of the node share them, so only the first instance does it. */
    Future<Void> open(int instance) {
        return instance == 0 ? interests.open() : Future.succeededFuture();
    }

    public void send(StreamEntry entry) {
        send(bus.multicast(ENTRY, entry), entry.stream());
    }

    public void send(TransientFrame frame) {
        send(bus.multicast(TRANSIENT, frame), frame.stream());
    }

    /** Tells all nodes that entries of a stream were changed in the store: any node may have copies of them. */
    public void changed(StreamName stream) {
        NoticeMulticast<StreamName> notice = bus.multicast(CHANGED, stream);
        bus.nodesOf(Stage.EDGE).forEach((node, edges) -> notice.sendTo(node, Lanes.shardOf(stream.lane(), edges)));
    }

    private void send(NoticeMulticast<?> multicast, StreamName stream) {
        int lane = stream.lane();
        bus.nodesOf(Stage.EDGE).forEach((node, edges) -> {
            if (node.equals(bus.node()) || interests.wants(node, stream)) {
                multicast.sendTo(node, Lanes.shardOf(lane, edges));
            }
        });
    }
}
