package dev.portcullis.streams.delivery;

import dev.portcullis.store.Lanes;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.lane.LaneRead;
import dev.portcullis.streams.lane.LaneStore.Moved;
import dev.portcullis.streams.lane.LaneTicker;
import java.util.ArrayList;
import java.util.List;

/** The shards of a node. The lane of a stream decides which shard follows it. */
public final class StreamHub implements LaneTicker.Listener {
    private final List<StreamHubShard> shards;
    private final List<List<LaneRead>> reads; // of each shard, since the last tick was complete

    public StreamHub(List<StreamHubShard> shards) {
        this.shards = List.copyOf(shards);
        this.reads = this.shards.stream()
                .<List<LaneRead>>map(any -> new ArrayList<>())
                .toList();
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
        reads.get(shardOf(read.lane())).add(read);
    }

    @Override
    public void ticked() {
        for (int shard = 0; shard < shards.size(); shard++) {
            List<LaneRead> ofShard = reads.get(shard);
            if (!ofShard.isEmpty()) {
                shards.get(shard).lanesRead(List.copyOf(ofShard));
                ofShard.clear();
            }
        }
    }

    private StreamHubShard forLane(int lane) {
        return shards.get(shardOf(lane));
    }

    private int shardOf(int lane) {
        return Lanes.shardOf(lane, shards.size());
    }
}
