package dev.portcullis.streams.delivery;

import dev.portcullis.streams.StreamReader;
import dev.portcullis.streams.StreamsConfig;
import io.vertx.core.Vertx;

/** What all streams of one shard share; {@code hubMemory} is shared by all shards of the node. */
record ShardDependencies(
        Vertx vertx,
        StreamReader reader,
        StreamsConfig config,
        RecentEntries recent,
        PageCache pages,
        ReorderBuffer.Budget reorderBudget,
        CatchUpLimiter catchUps,
        HeadChecker headChecker,
        HubMemory hubMemory) {}
