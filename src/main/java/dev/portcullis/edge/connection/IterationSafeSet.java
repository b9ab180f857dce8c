package dev.portcullis.edge.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who are in a room. All of them can be gone through while some leave: to write to one flushes other sockets too, and
 * those whose peers have gone leave amid a delivery.
 */
final class IterationSafeSet<T> {
    private final List<Link<T>> links = new ArrayList<>(2);
    private @Nullable List<Link<T>> all;

    /** Where somebody stands, by which they leave. */
    static final class Link<T> {
        private final T who;
        private int index;
        private boolean left;

        private Link(T who, int index) {
            this.who = who;
            this.index = index;
        }
    }

    Link<T> add(T who) {
        Link<T> link = new Link<>(who, links.size());
        links.add(link);
        all = null;
        return link;
    }

    void remove(Link<T> link) {
        if (link.left) {
            return;
        }
        link.left = true;
        Link<T> last = links.remove(links.size() - 1);
        if (last != link) {
            links.set(link.index, last);
            last.index = link.index;
        }
        all = null;
    }

    boolean isEmpty() {
        return links.isEmpty();
    }

    /** Each who is there now, once, but for those who leave before it is their turn. */
    void each(Consumer<T> visit) {
        for (Link<T> link : now()) {
            if (!link.left) {
                visit.accept(link.who);
            }
        }
    }

    private List<Link<T>> now() {
        List<Link<T>> known = all;
        if (known == null) {
            known = List.copyOf(links);
            all = known;
        }
        return known;
    }
}
