package dev.portcullis.streams;

import dev.portcullis.streams.StreamStore.Bounds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** Collects items up to the bounds of a read. The first one may have more bytes. */
public final class BoundedPart<T> {
    private final List<T> items = new ArrayList<>();
    private final Bounds bounds;
    private final ToIntFunction<T> size;
    private long bytes;
    private boolean cut;

    public BoundedPart(Bounds bounds, ToIntFunction<T> size) {
        this.bounds = bounds;
        this.size = size;
    }

    /** Adds an item, if there is room for it. Returns whether there was. */
    public boolean add(T item) {
        int more = size.applyAsInt(item);
        cut |= items.size() >= bounds.entries() || (!items.isEmpty() && bytes + more > bounds.bytes());
        if (!cut) {
            items.add(item);
            bytes += more;
        }
        return !cut;
    }

    /** Adds items as long as there is room. */
    public BoundedPart<T> addAll(Stream<T> more) {
        cut |= !more.allMatch(this::add);
        return this;
    }

    /** Marks that the source left out further items. */
    public void markCut() {
        cut = true;
    }

    /** Whether items were left out. */
    public boolean isCut() {
        return cut;
    }

    public int count() {
        return items.size();
    }

    public long bytes() {
        return bytes;
    }

    public List<T> items() {
        return List.copyOf(items);
    }

    public List<T> reversed() {
        List<T> last = new ArrayList<>(items);
        Collections.reverse(last);
        return List.copyOf(last);
    }
}
