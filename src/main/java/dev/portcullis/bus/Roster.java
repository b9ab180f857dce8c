package dev.portcullis.bus;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Which instances of each stage answer on this node. */
final class Roster {
    private final Map<Stage, AtomicInteger> instances = new ConcurrentHashMap<>();

    void arrived(Stage stage, int instance) {
        instances.computeIfAbsent(stage, any -> new AtomicInteger()).accumulateAndGet(instance + 1, Math::max);
    }

    int instancesOf(Stage stage) {
        AtomicInteger count = instances.get(stage);
        return count == null ? 0 : count.get();
    }

    /** The instance for this key, or -1 where the stage is not on this node. */
    int instanceFor(Stage stage, int key) {
        AtomicInteger count = instances.get(stage);
        return count == null ? -1 : Math.floorMod(spread(key), count.get());
    }

    /** Keys are hash codes, whose low bits are often alike. */
    private static int spread(int key) {
        int mixed = key * 0x9E3779B9;
        return mixed ^ (mixed >>> 16);
    }
}
