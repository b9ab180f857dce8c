package dev.portcullis.broadcast;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Notice;
import dev.portcullis.bus.Stage;
import dev.portcullis.streams.Entry;

/** Tells each edge node of a committed entry, once. A hint: who misses it reads the store. */
public final class FanOut {
    public static final Notice<Entry> CARRY = new Notice<>(Stage.EDGE, "carry", Entry.class);

    private final Bus bus;
    private final int carriers;

    public FanOut(Bus bus, int carriers) {
        this.bus = bus;
        this.carriers = carriers;
    }

    void spread(Entry entry) {
        bus.tell(CARRY, bus.node(), entry.stream().lane() % carriers, entry);
    }
}
