package dev.portcullis.streams;

import java.util.List;

/** A node's carriers. Each stream has one, by its lane. */
public final class Carriers {
    private final List<Carrier> all;

    public Carriers(List<Carrier> all) {
        this.all = List.copyOf(all);
    }

    public Carrier forStream(StreamName stream) {
        return all.get(stream.lane() % all.size());
    }
}
