package dev.portcullis.streams.redis;

import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.record.EntryRow;
import java.util.Map;
import java.util.Optional;

/** The amendments that were read, by their seqs; empty for one that is no longer kept. */
record FoundAmendments(Map<Long, Optional<StreamEntry>> bySeq) {
    static final FoundAmendments NONE = new FoundAmendments(Map.of());

    /** Whether the row has no amendment, or it was read. */
    boolean have(EntryRow row) {
        return row.amendedBy() == 0 || bySeq.containsKey(row.amendedBy());
    }

    Optional<StreamEntry> of(EntryRow row) {
        return bySeq.getOrDefault(row.amendedBy(), Optional.empty());
    }
}
