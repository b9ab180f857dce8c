package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.redis.RedisConfig.Topology;
import java.util.List;
import java.util.Optional;

/** What is known of a Redis that decides whether it may lose what it acknowledged; see {@link AckSafety}. */
public record ReplicationFacts(Topology topology, int ackReplicas, List<MasterFacts> masters) {
    public ReplicationFacts {
        masters = List.copyOf(masters);
    }

    /**
     * One master.
     *
     * @param replicas those that follow it now
     * @param refusesWithoutReplicas whether {@code min-replicas-to-write} is set
     * @param appendOnly whether it has on its disk what it wrote
     * @param fsync its {@code appendfsync}; empty if our user may not ask for it
     */
    public record MasterFacts(
            HostPort at, int replicas, boolean refusesWithoutReplicas, boolean appendOnly, Optional<String> fsync) {}
}
