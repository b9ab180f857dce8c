package dev.portcullis.streams;

import io.vertx.core.Vertx;

/** What all streams of one carrier share; {@code onNode} is shared by all carriers of the node. */
record CarrierParts(
        Vertx vertx,
        StreamReads reads,
        StreamsConfig config,
        Ring ring,
        Pages pages,
        Held.Budget heldBytes,
        Mending mending,
        HeadChecks checks,
        CarriedMemory onNode) {}
