package dev.portcullis.edge.tcp;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What waits for its turn. Networks take turns, and within one the order is that of arrival: nothing is known yet of the
 * clients, and one network must not keep out the others (CWE-400). Belongs to one thread.
 */
public final class TurnQueue<T> {
    /** By network, that whose turn is next first. */
    private final Map<String, Set<Place>> waiting = new LinkedHashMap<>();

    private int size;

    /** One that waits. It holds nothing once it has left. */
    public final class Place {
        private final String network;
        private @Nullable T waits;

        private Place(String network, T waits) {
            this.network = network;
            this.waits = waits;
        }

        /**
         * Gives its turn up.
         *
         * @return whether that was still to come
         */
        public boolean leave() {
            if (waits == null) {
                return false;
            }
            take();
            return true;
        }

        private T take() {
            Set<Place> ofNetwork = Objects.requireNonNull(waiting.get(network));
            ofNetwork.remove(this);
            if (ofNetwork.isEmpty()) {
                waiting.remove(network);
            }
            size--;
            T taken = Objects.requireNonNull(waits);
            waits = null;
            return taken;
        }
    }

    public int size() {
        return size;
    }

    public Place enter(String network, T waits) {
        Place place = new Place(network, waits);
        waiting.computeIfAbsent(network, any -> new LinkedHashSet<>()).add(place);
        size++;
        return place;
    }

    /** The turn that one would have which entered now, from 1 on, if no other network comes. */
    public int turnOf(String network) {
        Set<Place> ofNetwork = waiting.getOrDefault(network, Set.of());
        int networks = waiting.size() + (ofNetwork.isEmpty() ? 1 : 0);
        return (int) Math.min(size + 1L, (ofNetwork.size() + 1L) * networks);
    }

    /** Takes the one whose turn it is. */
    public Optional<T> next() {
        if (size == 0) {
            return Optional.empty();
        }
        String network = waiting.keySet().iterator().next();
        Set<Place> ofNetwork = Objects.requireNonNull(waiting.remove(network));
        waiting.put(network, ofNetwork); // the other networks come first now
        return Optional.of(ofNetwork.iterator().next().take());
    }
}
