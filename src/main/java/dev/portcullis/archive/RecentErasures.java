package dev.portcullis.archive;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.record.AuthorChange;
import dev.portcullis.streams.record.EntryRow;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The users who were deleted while entries of theirs may have been on their way to the archive: a feeder reads the store first, and
 * adds what it read later. So what it adds is changed as the store was meanwhile. Used by all threads.
 */
public final class RecentErasures {
    /** No feeder keeps what it read for so long. */
    private static final long KEPT_MS = 3_600_000;

    private final Map<UserId, Recent> recent = new ConcurrentHashMap<>();

    /** @param notAfter the latest store time of entries that are meant */
    public record Recent(Erasure erasure, long notAfter) {
        /** Both of two deletions of the user: no text comes back because the second one would have left it. */
        public Recent and(Recent later) {
            Erasure one = later.erasure.ofTexts() ? later.erasure : erasure;
            return new Recent(one, Math.max(notAfter, later.notAfter));
        }

        private EntryRow applied(EntryRow row) {
            return row.stored() <= notAfter
                    ? new AuthorChange(erasure).apply(row).orElse(row)
                    : row;
        }
    }

    public void add(Recent erasure) {
        recent.values().removeIf(each -> each.notAfter() < erasure.notAfter() - KEPT_MS);
        recent.merge(erasure.erasure().user(), erasure, Recent::and);
    }

    /** The parts without these users. */
    public List<ArchivePart> applied(List<ArchivePart> parts) {
        return recent.isEmpty()
                ? parts
                : parts.stream()
                        .map(part -> part.of(
                                part.from(),
                                part.shared(),
                                part.rows().stream().map(this::applied).toList()))
                        .toList();
    }

    private EntryRow applied(EntryRow row) {
        EntryRow changed = row;
        for (UserId user : AuthorChange.named(row)) {
            Recent erasure = recent.get(user);
            changed = erasure == null ? changed : erasure.applied(changed);
        }
        return changed;
    }
}
