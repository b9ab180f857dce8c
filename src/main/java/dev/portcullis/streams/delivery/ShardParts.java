package dev.portcullis.streams.delivery;

import dev.portcullis.streams.StreamReader;
import dev.portcullis.streams.StreamsConfig;
import io.vertx.core.Vertx;

/** What all streams of one carrier share; {@code onNode} is shared by all carriers of the node. */
record ShardParts(
        Vertx vertx,
        StreamReader reads,
        StreamsConfig config,
        RecentEntries recent,
        PageCache pages,
        ReorderBuffer.Budget heldBytes,
        CatchUpLimiter catchUps,
        HeadChecker checks,
        HubMemory onNode) {}
