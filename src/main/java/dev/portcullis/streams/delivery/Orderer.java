package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamStore.Confirmation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts one stream's entries into their order, however they arrive: the next is delivered, a later one is held, an
 * earlier one is dropped, and none is ever skipped. What arrives is a hint; only what was read from the store fills a
 * hole, opens the stream or changes its epoch.
 */
final class Orderer {
    private final ReorderBuffer buffer;
    private final ReorderBuffer unconfirmed;
    private @Nullable Position cursor;
    private boolean behind;
    private boolean unsure;

    /**
     * @param buffer where entries wait for an earlier one; beyond its bounds all are dropped and read again
     * @param unconfirmed where entries of another epoch wait until the store has confirmed it; bounded likewise
     */
    Orderer(ReorderBuffer buffer, ReorderBuffer unconfirmed) {
        this.buffer = buffer;
        this.unconfirmed = unconfirmed;
    }

    /** What the store has to be asked for. */
    enum Gap {
        NONE,
        /** An earlier entry is missing. It may be under way still. */
        HOLE,
        /** An entry of another epoch arrived. It may be of a new epoch or of a dead one: the store knows. */
        UNCONFIRMED,
        /** Entries were dropped: only a read brings them back. */
        BEHIND
    }

    /** What a read brought: a lost place first, then entries. */
    record Progress(Optional<Position> lost, List<StreamEntry> entries) {}

    boolean isOpen() {
        return cursor != null;
    }

    /** The place of the entry delivered last. Only of an open stream. */
    Position cursor() {
        return Objects.requireNonNull(cursor);
    }

    Gap gap() {
        if (!isOpen()) {
            return Gap.NONE;
        }
        if (behind) {
            return Gap.BEHIND;
        }
        if (unsure) {
            return Gap.UNCONFIRMED;
        }
        return buffer.isEmpty() ? Gap.NONE : Gap.HOLE;
    }

    /** Begins at a head that was read, and returns what arrived meanwhile and follows it. */
    List<StreamEntry> open(Position head) {
        cursor = head;
        behind |= buffer.hasOtherThan(head.epoch());
        return moved();
    }

    /** Takes an entry that arrived and returns what can be delivered now. */
    List<StreamEntry> offer(StreamEntry entry) {
        if (cursor == null) {
            hold(entry);
            return List.of();
        }
        if (!isOfEpoch(entry, cursor)) {
            unsure = true;
            unconfirmed.put(entry);
            if (unconfirmed.isOverfull()) {
                unconfirmed.drop();
                behind = true;
            }
            return List.of();
        }
        long distance = entry.position().seq() - cursor.seq();
        if (distance == 1) {
            return next(entry);
        }
        if (distance > 1) {
            hold(entry);
        }
        return List.of();
    }

    /** The place to read on from. What is dropped from now on counts for the read after this one. */
    Position startRead() {
        behind = false;
        unsure = false;
        return cursor();
    }

    void readFailed() {
        behind = true;
    }

    /** The store did not say which epoch it is. */
    void checkFailed() {
        unsure = true;
    }

    /** Nothing will be delivered any more. */
    void end() {
        buffer.drop();
        unconfirmed.drop();
    }

    /**
     * Takes what the store said of the stream when it was asked about {@code since}. What was delivered stands, if it went
     * through there; then what arrived in the epoch that it is in now goes on from there.
     */
    List<StreamEntry> check(Position since, Confirmation said) {
        Position at = cursor();
        String epoch = said.head().epoch();
        if (!said.kept() || !(at.equals(since) || at.epoch().equals(epoch))) {
            behind = true;
            return List.of();
        }
        cursor = new Position(epoch, at.seq());
        List<StreamEntry> released = moved();
        behind |= cursor().seq() < said.head().seq();
        return released;
    }

    /** Takes what a read that was started at {@code since} brought. */
    Progress read(Position since, Slice slice) {
        if (!since.equals(cursor)) {
            return new Progress(Optional.empty(), readBesideArrivals(slice));
        }
        if (!slice.exact()) {
            cursor = slice.head();
            return new Progress(Optional.of(slice.head()), moved());
        }
        List<StreamEntry> entries = slice.entries();
        cursor = slice.more() ? entries.get(entries.size() - 1).position() : slice.head();
        behind |= slice.more();
        List<StreamEntry> all = new ArrayList<>(entries);
        all.addAll(moved());
        return new Progress(Optional.empty(), all);
    }

    /** Arrivals moved the cursor during the read. Within one epoch both tell the same story; else the read is void. */
    private List<StreamEntry> readBesideArrivals(Slice slice) {
        if (!slice.exact() || !slice.head().epoch().equals(cursor().epoch())) {
            behind = true;
            return List.of();
        }
        behind |= slice.more();
        slice.entries().stream()
                .filter(entry -> entry.position().seq() > cursor().seq())
                .forEach(buffer::put); // they follow the cursor, and so don't wait
        return moved();
    }

    private List<StreamEntry> next(StreamEntry entry) {
        cursor = entry.position();
        if (buffer.isEmpty()) {
            return List.of(entry);
        }
        List<StreamEntry> all = new ArrayList<>(List.of(entry));
        all.addAll(released());
        return all;
    }

    private void hold(StreamEntry entry) {
        buffer.put(entry);
        if (buffer.isOverfull()) {
            buffer.drop();
            behind = true;
        }
    }

    /** A read moved the cursor, maybe to another epoch: what was held of the last one is no longer true. */
    private List<StreamEntry> moved() {
        buffer.dropOtherThan(cursor().epoch());
        List<StreamEntry> arrived = unconfirmed.take();
        arrived.stream().filter(entry -> isOfEpoch(entry, cursor())).forEach(this::hold);
        unsure &= !arrived.stream().allMatch(entry -> isOfEpoch(entry, cursor()));
        return released();
    }

    /** Moves the cursor over all held entries that follow it without a hole. */
    private List<StreamEntry> released() {
        List<StreamEntry> released = buffer.release(cursor());
        if (!released.isEmpty()) {
            cursor = released.get(released.size() - 1).position();
        }
        return released;
    }

    private static boolean isOfEpoch(StreamEntry entry, Position place) {
        return entry.position().epoch().equals(place.epoch());
    }
}
