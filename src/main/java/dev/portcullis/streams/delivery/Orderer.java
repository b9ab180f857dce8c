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
 * earlier one is dropped, and none is ever skipped. An arriving entry is a hint; only a read of the store closes a gap,
 * opens the stream or changes its epoch.
 */
final class Orderer {
    private final ReorderBuffer buffer;
    private final ReorderBuffer unconfirmed;
    private @Nullable Position cursor;
    private boolean behind;
    private boolean epochUnconfirmed;

    /**
     * @param buffer holds entries that wait for an earlier one; beyond its bounds all are dropped and read again
     * @param unconfirmed holds entries of another epoch until the store has confirmed it; bounded in the same way
     */
    Orderer(ReorderBuffer buffer, ReorderBuffer unconfirmed) {
        this.buffer = buffer;
        this.unconfirmed = unconfirmed;
    }

    /** The state of the orderer, as far as only the store can help. */
    enum Gap {
        NONE,
        /** An earlier entry is missing. It may still be in flight. */
        MISSING,
        /** An entry of another epoch arrived. Only the store knows whether that epoch is the current one. */
        UNCONFIRMED,
        /** Entries were dropped: only a read brings them back. */
        BEHIND
    }

    /**
     * The changes that a read made.
     *
     * @param lost the position where the stream continues, if entries before it are lost; it comes before the entries
     */
    record Progress(Optional<Position> lost, List<StreamEntry> entries) {}

    boolean isOpen() {
        return cursor != null;
    }

    /** The position of the entry delivered last. The stream must be open. */
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
        if (epochUnconfirmed) {
            return Gap.UNCONFIRMED;
        }
        return buffer.isEmpty() ? Gap.NONE : Gap.MISSING;
    }

    /** Opens the stream at a head that was read, and returns the later entries that have arrived meanwhile. */
    List<StreamEntry> open(Position head) {
        cursor = head;
        behind |= buffer.hasOtherThan(head.epoch());
        return afterCursorMove();
    }

    /** Takes an entry that arrived and returns what can be delivered now. */
    List<StreamEntry> offer(StreamEntry entry) {
        if (cursor == null) {
            hold(entry);
            return List.of();
        }
        if (!isOfEpoch(entry, cursor)) {
            epochUnconfirmed = true;
            unconfirmed.put(entry);
            if (unconfirmed.isOverLimit()) {
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

    /** Returns the position to read from. Entries dropped from now on need another read after this one. */
    Position startRead() {
        behind = false;
        epochUnconfirmed = false;
        return cursor();
    }

    void readFailed() {
        behind = true;
    }

    /** The current epoch is still unknown. */
    void checkFailed() {
        epochUnconfirmed = true;
    }

    /** Drops all held entries: nothing is delivered any more. */
    void end() {
        buffer.drop();
        unconfirmed.drop();
    }

    /**
     * Applies the store's answer about {@code since}. If the stream contains that position, all delivered entries are valid, and
     * entries that arrived in the current epoch continue from there.
     */
    List<StreamEntry> check(Position since, Confirmation confirmation) {
        Position at = cursor();
        String epoch = confirmation.head().epoch();
        if (!confirmation.kept() || !(at.equals(since) || at.epoch().equals(epoch))) {
            behind = true;
            return List.of();
        }
        cursor = new Position(epoch, at.seq());
        List<StreamEntry> released = afterCursorMove();
        behind |= cursor().seq() < confirmation.head().seq();
        return released;
    }

    /** Applies a read that was started at {@code since}. */
    Progress read(Position since, Slice slice) {
        if (!since.equals(cursor)) {
            return new Progress(Optional.empty(), mergeWithArrivals(slice));
        }
        if (!slice.exact()) {
            cursor = slice.head();
            return new Progress(Optional.of(slice.head()), afterCursorMove());
        }
        List<StreamEntry> entries = slice.entries();
        cursor = slice.more() ? entries.get(entries.size() - 1).position() : slice.head();
        behind |= slice.more();
        List<StreamEntry> all = new ArrayList<>(entries);
        all.addAll(afterCursorMove());
        return new Progress(Optional.empty(), all);
    }

    /**
     * Merges a read with entries that arrived and moved the cursor meanwhile. Within one epoch both have the same entries; in
     * another one the read is void.
     */
    private List<StreamEntry> mergeWithArrivals(Slice slice) {
        if (!slice.exact() || !slice.head().epoch().equals(cursor().epoch())) {
            behind = true;
            return List.of();
        }
        behind |= slice.more();
        slice.entries().stream()
                .filter(entry -> entry.position().seq() > cursor().seq())
                .forEach(buffer::put); // they follow the cursor and are released at once
        return afterCursorMove();
    }

    private List<StreamEntry> next(StreamEntry entry) {
        cursor = entry.position();
        if (buffer.isEmpty()) {
            return List.of(entry);
        }
        List<StreamEntry> all = new ArrayList<>(List.of(entry));
        all.addAll(releaseReady());
        return all;
    }

    private void hold(StreamEntry entry) {
        buffer.put(entry);
        if (buffer.isOverLimit()) {
            buffer.drop();
            behind = true;
        }
    }

    /**
     * Drops and releases held entries after a read moved the cursor, maybe to another epoch: held entries of the former epoch are
     * no longer valid.
     */
    private List<StreamEntry> afterCursorMove() {
        buffer.dropOtherThan(cursor().epoch());
        List<StreamEntry> arrived = unconfirmed.take();
        arrived.stream().filter(entry -> isOfEpoch(entry, cursor())).forEach(this::hold);
        epochUnconfirmed &= !arrived.stream().allMatch(entry -> isOfEpoch(entry, cursor()));
        return releaseReady();
    }

    /** Moves the cursor over all held entries that follow it without a gap. */
    private List<StreamEntry> releaseReady() {
        List<StreamEntry> released = buffer.release(cursor());
        if (!released.isEmpty()) {
            cursor = released.get(released.size() - 1).position();
        }
        return released;
    }

    private static boolean isOfEpoch(StreamEntry entry, Position position) {
        return entry.position().epoch().equals(position.epoch());
    }
}
