package dev.portcullis.streams.delivery;

import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.lane.LaneStore.Moved;
import dev.portcullis.streams.lane.LaneTicker;
import java.util.List;

/** A node's carriers. Each stream has one, by its lane. */
public final class StreamHub implements LaneTicker.Listener {
    private final List<StreamHubShard> all;

    public StreamHub(List<StreamHubShard> all) {
        this.all = List.copyOf(all);
    }

    public StreamHubShard forStream(StreamName stream) {
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

    private StreamHubShard forLane(int lane) {
        return all.get(lane % all.size());
    }
}
