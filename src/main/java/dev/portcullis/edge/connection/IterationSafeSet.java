package dev.portcullis.edge.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A set whose elements may be removed while it is iterated: a write to one subscriber flushes other sockets, and closed
 * connections leave the room during a delivery.
 */
final class IterationSafeSet<T> {
    private final List<Link<T>> links = new ArrayList<>(2);
    private @Nullable List<Link<T>> cachedSnapshot;

    /** The entry of an element, by which it is removed. */
    static final class Link<T> {
        private final T element;
        private int index;
        private boolean removed;

        private Link(T element, int index) {
            this.element = element;
            this.index = index;
        }
    }

    Link<T> add(T element) {
        Link<T> link = new Link<>(element, links.size());
        links.add(link);
        cachedSnapshot = null;
        return link;
    }

    void remove(Link<T> link) {
        if (link.removed) {
            return;
        }
        link.removed = true;
        Link<T> last = links.remove(links.size() - 1);
        if (last != link) {
            links.set(link.index, last);
            last.index = link.index;
        }
        cachedSnapshot = null;
    }

    int size() {
        return links.size();
    }

    boolean isEmpty() {
        return links.isEmpty();
    }

    /** Visits each current element once, except those that are removed before their turn. */
    void forEach(Consumer<T> visit) {
        for (Link<T> link : snapshot()) {
            if (!link.removed) {
                visit.accept(link.element);
            }
        }
    }

    private List<Link<T>> snapshot() {
        List<Link<T>> current = cachedSnapshot;
        if (current == null) {
            current = List.copyOf(links);
            cachedSnapshot = current;
        }
        return current;
    }
}
