package dev.portcullis.edge;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who are in a room. All of them can be gone through while some leave: to write to one flushes other sockets too, and
 * those whose peers have gone leave amid a delivery.
 */
final class Roster<T> {
    private final List<Place<T>> places = new ArrayList<>(2);
    private @Nullable List<Place<T>> all;

    /** Where somebody stands, by which they leave. */
    static final class Place<T> {
        private final T who;
        private int index;
        private boolean left;

        private Place(T who, int index) {
            this.who = who;
            this.index = index;
        }
    }

    Place<T> add(T who) {
        Place<T> place = new Place<>(who, places.size());
        places.add(place);
        all = null;
        return place;
    }

    void remove(Place<T> place) {
        if (place.left) {
            return;
        }
        place.left = true;
        Place<T> last = places.remove(places.size() - 1);
        if (last != place) {
            places.set(place.index, last);
            last.index = place.index;
        }
        all = null;
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    /** Each who is there now, once, but for those who leave before it is their turn. */
    void each(Consumer<T> visit) {
        for (Place<T> place : now()) {
            if (!place.left) {
                visit.accept(place.who);
            }
        }
    }

    private List<Place<T>> now() {
        List<Place<T>> known = all;
        if (known == null) {
            known = List.copyOf(places);
            all = known;
        }
        return known;
    }
}
