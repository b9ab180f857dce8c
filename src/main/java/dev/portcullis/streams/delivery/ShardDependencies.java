package dev.portcullis.streams.delivery;

import dev.portcullis.streams.StreamReader;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.lane.LaneFreshness;
import io.vertx.core.Vertx;
import java.util.Optional;

/**
 * The parts that all streams of one shard share; {@code hubMemory} is shared by all shards of the node.
 *
 * @param lanes the last time when this shard learned what moved in each lane; empty on a node that loses no hint
 * @param toldMoves what moved before a stream is followed
 */
record ShardDependencies(
        Vertx vertx,
        StreamReader reader,
        StreamsConfig config,
        RecentEntries recent,
        PageCache pages,
        ReorderBuffer.Budget reorderBudget,
        CatchUpLimiter catchUps,
        HeadChecker headChecker,
        HubMemory hubMemory,
        Optional<LaneFreshness> lanes,
        ToldMoves toldMoves) {}
