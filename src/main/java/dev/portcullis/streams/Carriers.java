package dev.portcullis.streams;

import dev.portcullis.streams.LaneStore.Moved;
import java.util.List;

/** A node's carriers. Each stream has one, by its lane. */
public final class Carriers implements LaneWatch.Follower {
    private final List<Carrier> all;

    public Carriers(List<Carrier> all) {
        this.all = List.copyOf(all);
    }

    public Carrier forStream(StreamName stream) {
        return forLane(stream.lane());
    }

    @Override
    public void moved(int lane, List<Moved> moved) {
        forLane(lane).moved(moved);
    }

    @Override
    public void compareAll(int lane) {
        forLane(lane).compareAll(lane);
    }

    private Carrier forLane(int lane) {
        return all.get(lane % all.size());
    }
}
