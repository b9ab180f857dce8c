package dev.portcullis.streams.delivery;

import dev.portcullis.store.Lanes;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.lane.LaneRead;
import dev.portcullis.streams.lane.LaneStore.Moved;
import dev.portcullis.streams.lane.LaneTicker;
import java.util.List;

/** The shards of a node. The lane of a stream decides which shard follows it. */
public final class StreamHub implements LaneTicker.Listener {
    private final List<StreamHubShard> shards;

    public StreamHub(List<StreamHubShard> shards) {
        this.shards = List.copyOf(shards);
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

    @Override
    public void laneRead(LaneRead read) {
        forLane(read.lane()).laneRead(read);
    }

    private StreamHubShard forLane(int lane) {
        return shards.get(Lanes.shardOf(lane, shards.size()));
    }
}
