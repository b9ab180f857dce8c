package dev.portcullis.streams.holds;

import dev.portcullis.streams.record.EntryRow;

/** A copy of an entry as it was before it, or its text, was removed; kept for one hold. */
public record HeldMessage(PlacedHold hold, EntryRow row) {
    public HeldPlace place() {
        return HeldPlace.of(row);
    }
}
