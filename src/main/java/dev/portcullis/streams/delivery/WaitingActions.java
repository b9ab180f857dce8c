package dev.portcullis.streams.delivery;

import dev.portcullis.streams.StreamName;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Actions that wait for their stream, the last one of each owner: earlier ones are dropped, so that the waiting actions do not
 * grow in number while the store is away (CWE-770). They are used on the shard's context only.
 */
final class WaitingActions {
    /** The most waiting actions for frames that are not stored, such as those of typing: about as many as come in a moment. */
    private static final int FEW = 16;

    private final Map<StreamName, Map<Object, Runnable>> byStream = new HashMap<>();

    void put(StreamName stream, Object owner, Runnable action) {
        byStream.computeIfAbsent(stream, first -> new LinkedHashMap<>()).put(owner, action);
    }

    /** Adds an action unless as many wait for the stream already. */
    void putIfFew(StreamName stream, Object owner, Runnable action) {
        if (byStream.getOrDefault(stream, Map.of()).size() < FEW) {
            put(stream, owner, action);
        }
    }

    void run(StreamName stream) {
        Map<Object, Runnable> actions = byStream.remove(stream);
        if (actions != null) {
            actions.values().forEach(Runnable::run);
        }
    }

    void runAll(Predicate<StreamName> isDue) {
        if (!byStream.isEmpty()) {
            List<StreamName> due = byStream.keySet().stream().filter(isDue).toList();
            due.forEach(this::run);
        }
    }

    void drop(StreamName stream) {
        byStream.remove(stream);
    }
}
