package dev.portcullis.broadcast.presence;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The instances of the stage as one node sees them, which decide the owners of rooms. Nodes that see the same instances find the
 * same owners. An instance that comes or goes moves only its own share (rendezvous hashing).
 *
 * @param nodes the nodes that run the stage, with their numbers of instances
 */
public record PresenceView(Map<String, Integer> nodes) {
    /** One instance of the stage. */
    public record Owner(String node, int instance) {}

    public PresenceView {
        nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes)); // a copy by Map.copyOf has a random order
        if (nodes.values().stream().anyMatch(count -> count < 1)) {
            throw new IllegalArgumentException("a node without an instance");
        }
    }

    /** The owner of a room; empty while no instance is known. */
    public Optional<Owner> ownerOf(RoomId room) {
        return ownerOf(room.value());
    }

    /** The owner of the typing in a room or to a user. */
    Optional<Owner> ownerOf(Target to) {
        return to.fold(room -> ownerOf(room.value()), user -> ownerOf(user.value()));
    }

    private Optional<Owner> ownerOf(String name) {
        long key = name.hashCode();
        Optional<String> best = Optional.empty();
        long highest = 0;
        for (String node : nodes.keySet()) {
            long score = mix((key << 32) | (node.hashCode() & 0xffff_ffffL));
            if (best.isEmpty() || score > highest || (score == highest && node.compareTo(best.get()) > 0)) {
                best = Optional.of(node);
                highest = score;
            }
        }
        return best.map(node -> new Owner(node, Math.floorMod((int) (mix(key) >>> 32), instances(node))));
    }

    boolean contains(Owner owner) {
        return owner.instance() < nodes.getOrDefault(owner.node(), 0);
    }

    List<Owner> owners() {
        List<Owner> all = new ArrayList<>();
        nodes.forEach((node, count) -> {
            for (int instance = 0; instance < count; instance++) {
                all.add(new Owner(node, instance));
            }
        });
        return all;
    }

    private int instances(String node) {
        return nodes.getOrDefault(node, 1);
    }

    /** Mixes the bits, by the finalizer of MurmurHash3: names of nodes are much alike. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
