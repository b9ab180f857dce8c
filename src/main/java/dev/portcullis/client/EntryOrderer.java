package dev.portcullis.client;

import dev.portcullis.protocol.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts the entries of one room in order. The next entry is delivered, an earlier one is a duplicate and dropped, a
 * later one or one of another epoch is held until the gap before it is filled.
 */
final class EntryOrderer<E> {
    private final int maxHeld;
    private final TreeMap<Long, Placed<E>> held = new TreeMap<>();
    private Optional<Position> last = Optional.empty();
    private boolean overflowed;

    /** An entry and its position. */
    record Placed<E>(Position at, E entry) {}

    EntryOrderer(int maxHeld) {
        this.maxHeld = maxHeld;
    }

    /** The position to resume from, once the room is joined. */
    Optional<Position> last() {
        return last;
    }

    /** Whether entries are known to be missing. */
    boolean hasGap() {
        return overflowed || !held.isEmpty();
    }

    /** Takes a live entry and returns the entries that are deliverable now. */
    List<E> offer(Placed<E> placed) {
        Position at = placed.at();
        if (follows(at)) {
            List<E> out = new ArrayList<>();
            advance(placed, out);
            release(out);
            return out;
        }
        if (!isRepeat(at)) {
            hold(placed);
        }
        return List.of();
    }

    /** Takes entries read from the history, oldest first and of any epoch; then the entries held behind them. */
    List<E> recover(List<Placed<E>> read) {
        List<E> out = new ArrayList<>();
        for (Placed<E> placed : read) {
            if (last.isEmpty() || placed.at().seq() == last.get().seq() + 1) {
                advance(placed, out);
            } else if (placed.at().seq() > last.get().seq()) {
                hold(placed);
            }
        }
        release(out);
        return out;
    }

    /** Starts at the head that the server named; earlier entries are not available. */
    List<E> startAt(Position head) {
        last = Optional.of(head);
        return releaseAndPrune();
    }

    /** Whether all entries up to this head, which the server called complete, have arrived. */
    boolean reaches(Position head) {
        return last.filter(position -> position.seq() >= head.seq()).isPresent();
    }

    /** Nothing is missing up to this position, which may carry a new epoch. */
    List<E> completeAt(Position head) {
        last = last.map(position -> position.seq() == head.seq() ? head : position);
        return releaseAndPrune();
    }

    private List<E> releaseAndPrune() {
        List<E> out = new ArrayList<>();
        release(out);
        // Entries still of another epoch can't be ordered any more and have to be read again.
        overflowed = held.values()
                .removeIf(placed -> !last.map(Position::epoch)
                        .equals(Optional.of(placed.at().epoch())));
        return out;
    }

    private boolean follows(Position at) {
        return last.filter(position -> position.epoch().equals(at.epoch()) && at.seq() == position.seq() + 1)
                .isPresent();
    }

    private boolean isRepeat(Position at) {
        return last.filter(position -> position.epoch().equals(at.epoch()) && at.seq() <= position.seq())
                .isPresent();
    }

    private void advance(Placed<E> placed, List<E> out) {
        last = Optional.of(placed.at());
        out.add(placed.entry());
    }

    private void hold(Placed<E> placed) {
        if (held.size() >= maxHeld) {
            held.clear(); // bounds the memory; the entries can be read again
            overflowed = true;
        } else {
            held.put(placed.at().seq(), placed);
        }
    }

    private void release(List<E> out) {
        held.values().removeIf(placed -> isRepeat(placed.at()));
        while (!held.isEmpty() && follows(held.firstEntry().getValue().at())) {
            advance(held.pollFirstEntry().getValue(), out);
        }
    }
}
