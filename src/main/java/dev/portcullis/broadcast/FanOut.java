package dev.portcullis.broadcast;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Notice;
import dev.portcullis.bus.Stage;
import dev.portcullis.bus.Telling;
import dev.portcullis.streams.Entry;
import io.vertx.core.Future;

/** Tells each edge node of a committed entry, once. A hint: who misses it reads the store. */
public final class FanOut {
    public static final Notice<Entry> CARRY = new Notice<>(Stage.EDGE, "carry", Entry.class);

    private final Bus bus;
    private final EdgeInterests interests;

    public FanOut(Bus bus, EdgeInterests interests) {
        this.bus = bus;
        this.interests = interests;
    }

    /** One instance hears for all of the node. */
    Future<Void> open(int instance) {
        return instance == 0 ? interests.open() : Future.succeededFuture();
    }

    void spread(Entry entry) {
        int lane = entry.stream().lane();
        Telling<Entry> telling = bus.telling(CARRY, entry);
        bus.nodesOf(Stage.EDGE).forEach((node, carriers) -> {
            if (node.equals(bus.node()) || interests.wants(node, entry.stream())) {
                telling.at(node, lane % carriers);
            }
        });
    }
}
