package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.Lanes;
import io.vertx.redis.client.Response;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The master of each slot. Outside a Redis Cluster one master has all slots. */
final class SlotMap {
    private final @Nullable HostPort[] bySlot;
    private final Map<HostPort, Integer> lanes;

    private SlotMap(@Nullable HostPort[] bySlot) {
        this.bySlot = bySlot;
        this.lanes = lanes();
    }

    static SlotMap only(HostPort master) {
        @Nullable HostPort[] bySlot = new HostPort[HashSlot.COUNT];
        Arrays.fill(bySlot, master);
        return new SlotMap(bySlot);
    }

    /** Reads the answer to {@code CLUSTER SLOTS}: first slot, last slot, master, replicas. */
    static SlotMap of(Response ranges, HostPort asked) {
        @Nullable HostPort[] bySlot = new HostPort[HashSlot.COUNT];
        for (Response range : ranges) {
            Response master = range.get(2);
            String host = Objects.toString(master.get(0), "");
            boolean sameHost = host.isEmpty() || host.equals("?");
            HostPort endpoint =
                    new HostPort(sameHost ? asked.host() : host, master.get(1).toInteger());
            Arrays.fill(bySlot, range.get(0).toInteger(), range.get(1).toInteger() + 1, endpoint);
        }
        return new SlotMap(bySlot);
    }

    Optional<HostPort> of(int slot) {
        return Optional.ofNullable(bySlot[slot]);
    }

    /** The masters that have at least one lane. */
    List<HostPort> masters() {
        return List.copyOf(lanes.keySet());
    }

    boolean has(HostPort endpoint) {
        return lanes.containsKey(endpoint);
    }

    /** The number of lanes of this master. */
    int lanesOf(HostPort master) {
        int count = 0;
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            count += master.equals(bySlot[slotOf(lane)]) ? 1 : 0;
        }
        return count;
    }

    /** A lane of this master. */
    int laneOf(HostPort master) {
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

    boolean sameAs(SlotMap other) {
        return Arrays.equals(bySlot, other.bySlot);
    }

    private Map<HostPort, Integer> lanes() {
        Map<HostPort, Integer> found = new LinkedHashMap<>();
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            HostPort master = bySlot[slotOf(lane)];
            if (master != null) {
                found.putIfAbsent(master, lane);
            }
        }
        return found;
    }

    private static int slotOf(int lane) {
        return HashSlot.of(RedisKeys.of(lane, ""));
    }
}
