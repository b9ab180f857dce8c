package dev.portcullis.client;

import dev.portcullis.protocol.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts the entries of one room in order: the next one passes, an earlier one is a repeat and drops, a later one or one of
 * another epoch is held until the hole before it is filled.
 */
final class EntryOrderer<E> {
    private final int mostHeld;
    private final TreeMap<Long, Placed<E>> held = new TreeMap<>();
    private Optional<Position> last = Optional.empty();
    private boolean overflowed;

    /** An entry and its place. */
    record Placed<E>(Position at, E entry) {}

    EntryOrderer(int mostHeld) {
        this.mostHeld = mostHeld;
    }

    /** The place to resume from, once the room was joined. */
    Optional<Position> last() {
        return last;
    }

    /** Whether entries are known to be missing. */
    boolean hasGap() {
        return overflowed || !held.isEmpty();
    }

    /** Takes a live entry; returns what may be delivered now. */
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

    /** Takes what was read from the history, oldest first, in whichever epoch it is; then what was held behind it. */
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

    /** The server has said where the room stands; nothing before it can be had. */
    List<E> startAt(Position head) {
        last = Optional.of(head);
        return settle();
    }

    /** The server has said that nothing is missing up to this place; false when something is all the same. */
    boolean reaches(Position head) {
        return last.filter(place -> place.seq() >= head.seq()).isPresent();
    }

    /** Nothing is missing up to this place, which may name a new epoch for it. */
    List<E> completeAt(Position head) {
        last = last.map(place -> place.seq() == head.seq() ? head : place);
        return settle();
    }

    private List<E> settle() {
        List<E> out = new ArrayList<>();
        release(out);
        // What is still of another epoch can't be placed any more: it has to be read again.
        overflowed = held.values()
                .removeIf(placed -> !last.map(Position::epoch)
                        .equals(Optional.of(placed.at().epoch())));
        return out;
    }

    private boolean follows(Position at) {
        return last.filter(place -> place.epoch().equals(at.epoch()) && at.seq() == place.seq() + 1)
                .isPresent();
    }

    private boolean isRepeat(Position at) {
        return last.filter(place -> place.epoch().equals(at.epoch()) && at.seq() <= place.seq())
                .isPresent();
    }

    private void advance(Placed<E> placed, List<E> out) {
        last = Optional.of(placed.at());
        out.add(placed.entry());
    }

    private void hold(Placed<E> placed) {
        if (held.size() >= mostHeld) {
            held.clear(); // they can be read again; memory can't be had again
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
