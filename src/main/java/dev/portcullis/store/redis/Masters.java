package dev.portcullis.store.redis;

import dev.portcullis.store.Lanes;
import io.vertx.redis.client.Response;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is the master of which slot. Outside a Redis Cluster one is the master of all. */
final class Masters {
    private final @Nullable Endpoint[] bySlot;
    private final Map<Endpoint, Integer> lanes;

    private Masters(@Nullable Endpoint[] bySlot) {
        this.bySlot = bySlot;
        this.lanes = lanes();
    }

    static Masters only(Endpoint master) {
        @Nullable Endpoint[] bySlot = new Endpoint[Slot.COUNT];
        Arrays.fill(bySlot, master);
        return new Masters(bySlot);
    }

    /** From the answer to {@code CLUSTER SLOTS}: first slot, last slot, master, replicas. */
    static Masters of(Response ranges, Endpoint asked) {
        @Nullable Endpoint[] bySlot = new Endpoint[Slot.COUNT];
        for (Response range : ranges) {
            Response master = range.get(2);
            String host = Objects.toString(master.get(0), "");
            boolean own = host.isEmpty() || host.equals("?");
            Endpoint endpoint =
                    new Endpoint(own ? asked.host() : host, master.get(1).toInteger());
            Arrays.fill(bySlot, range.get(0).toInteger(), range.get(1).toInteger() + 1, endpoint);
        }
        return new Masters(bySlot);
    }

    Optional<Endpoint> of(int slot) {
        return Optional.ofNullable(bySlot[slot]);
    }

    /** Those that keep something of ours. */
    List<Endpoint> all() {
        return List.copyOf(lanes.keySet());
    }

    boolean has(Endpoint endpoint) {
        return lanes.containsKey(endpoint);
    }

    /** A lane that this master keeps. */
    int laneOf(Endpoint master) {
        return lanes.getOrDefault(master, 0);
    }

    /** Whether each lane has a master. */
    boolean complete() {
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            if (bySlot[slotOf(lane)] == null) {
                return false;
            }
        }
        return true;
    }

    boolean sameAs(Masters other) {
        return Arrays.equals(bySlot, other.bySlot);
    }

    private Map<Endpoint, Integer> lanes() {
        Map<Endpoint, Integer> found = new LinkedHashMap<>();
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            Endpoint master = bySlot[slotOf(lane)];
            if (master != null) {
                found.putIfAbsent(master, lane);
            }
        }
        return found;
    }

    private static int slotOf(int lane) {
        return Slot.of(RedisKeys.of(lane, ""));
    }
}
