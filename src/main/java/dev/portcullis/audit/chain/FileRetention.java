package dev.portcullis.audit.chain;

import dev.portcullis.audit.EventName.Priority;
import dev.portcullis.audit.chain.ChainKey.LineMac;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which files go, and which events are still written. The times and the number of files in the folder do not decide it,
 * since an intruder who can write there can change both: a file counts if the chain leads to its end, and it is as old as the
 * line with which this node began the next one.
 */
final class FileRetention {
    /**
     * A file that ended.
     *
     * @param last the number of its last line
     * @param hash of its last line
     * @param endedAt the latest time at which it can have ended
     * @param own whether it was begun with the key of this node: others take no part in the number of files
     */
    record Kept(ChainFile file, long last, String hash, long endedAt, boolean own) {
        ChainEntry record(long at) {
            return ChainEntry.of(
                    ChainEvent.DELETED,
                    at,
                    Map.of("file", file.name(), "first", file.first(), "last", last, "lastHash", hash));
        }

        boolean isUntouched(LineMac mac) throws IOException {
            return Files.isReadable(file.path())
                    && ParsedLine.last(file, mac)
                            .filter(end -> end.end() == end.length())
                            .filter(end ->
                                    end.line().n() == last && end.line().hash().equals(hash))
                            .isPresent();
        }
    }

    private final AuditFileConfig.Rotation rules;
    private final Deque<Kept> kept = new ArrayDeque<>();
    private List<Kept> released = List.of();
    private long releasedBy;

    FileRetention(AuditFileConfig.Rotation rules) {
        this.rules = rules;
    }

    /**
     * Looks at what there is.
     *
     * @param newest the file that is written
     */
    void load(List<ChainFile> files, ChainFile newest, LineMac mac) throws IOException {
        kept.clear();
        released = List.of();
        Optional<ParsedLine> next = ParsedLine.first(newest, mac);
        long endedAt = begunAt(next).orElse(Long.MAX_VALUE);
        for (int i = files.size() - 1; i >= 0; i--) {
            ChainFile file = files.get(i);
            if (file.first() >= newest.first() || !Files.isReadable(file.path())) {
                continue;
            }
            Optional<ParsedLine> first = ParsedLine.first(file, mac);
            boolean own = first.filter(ParsedLine::own).isPresent();
            Optional<Kept> found = kept(file, next, endedAt, own, mac);
            found.ifPresent(kept::addFirst);
            endedAt = begunAt(first).orElse(endedAt);
            next = first.filter(any -> own || found.isPresent());
        }
    }

    private static Optional<Kept> kept(
            ChainFile file, Optional<ParsedLine> next, long endedAt, boolean own, LineMac mac) throws IOException {
        return ParsedLine.last(file, mac)
                .filter(end -> end.end() == end.length())
                .map(ParsedLine.Last::line)
                .filter(end -> next.filter(each -> each.line().prev().equals(end.hash()))
                        .isPresent())
                .map(end -> new Kept(file, end.n(), end.hash(), endedAt, own));
    }

    private static Optional<Long> begunAt(Optional<ParsedLine> first) {
        return first.filter(ParsedLine::own)
                .flatMap(line -> line.timestamp().stream().boxed().findFirst());
    }

    void ended(ChainFile file, long last, String hash, long at) {
        kept.addLast(new Kept(file, last, hash, at, true));
    }

    /**
     * These may be deleted once the store knows this line, which signs that a rule does it. Before, the next start would
     * take the deletion for one that the store never heard of.
     */
    void release(List<Kept> files, long line) {
        kept.removeAll(files);
        released = files;
        releasedBy = line;
    }

    /**
     * Deletes what the store knows to be deleted by rule.
     *
     * @param recorded the number of the last line that the store knows
     * @return whether any file waited for that
     */
    boolean delete(long recorded, LineMac mac) throws IOException {
        if (released.isEmpty() || recorded < releasedBy) {
            return false;
        }
        for (Kept each : released) {
            if (each.isUntouched(mac)) {
                Files.deleteIfExists(each.file().path());
            }
        }
        released = List.of();
        return true;
    }

    /**
     * The files that should go, oldest first. There is none while earlier ones still wait to go, so that the disk stays bounded
     * while the store is silent. A file that no longer ends as it did may be evidence, and is left alone.
     */
    List<Kept> due(long now, LineMac mac) throws IOException {
        List<Kept> due = new ArrayList<>();
        if (!released.isEmpty()) {
            return due;
        }
        for (Kept each : due(now)) {
            if (each.isUntouched(mac)) {
                due.add(each);
            } else {
                kept.remove(each);
            }
        }
        return due;
    }

    /**
     * Lists files in the order of the lines: where the clock was set back, a file that seems older than one before it stays
     * with that one.
     */
    private List<Kept> due(long now) {
        List<Kept> due = new ArrayList<>();
        long files = files();
        for (Kept each : kept) {
            long age = now - each.endedAt;
            boolean tooMany = each.own && files > rules.files() && rules.mayGo(age);
            if (rules.isTooOld(age) || tooMany) {
                due.add(each);
                files -= each.own ? 1 : 0;
            } else if (each.own) {
                break;
            }
        }
        return due;
    }

    /**
     * The priorities that are written. While no file may go, files beyond the bound are for evidence, and refusals get half of
     * them.
     */
    Set<Priority> taken() {
        long beyond = files() - rules.files();
        if (beyond <= 0) {
            return EnumSet.allOf(Priority.class);
        }
        if (beyond <= rules.reservedFiles() / 2) {
            return EnumSet.of(Priority.REFUSAL, Priority.FACT);
        }
        return beyond <= rules.reservedFiles() ? EnumSet.of(Priority.FACT) : EnumSet.noneOf(Priority.class);
    }

    /** The number of files, with the one that is written. */
    private long files() {
        return 1 + kept.stream().filter(Kept::own).count();
    }
}
