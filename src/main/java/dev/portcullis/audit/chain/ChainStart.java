package dev.portcullis.audit.chain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.audit.chain.ChainKey.LineMac;
import dev.portcullis.config.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Finds where the chain of a folder ends, and lets a writer go on there. Lines that the node has not written are set aside
 * before anything is signed. A line records the traces of a crash or of a person.
 */
final class ChainStart {
    private static final int PAGE_LINES = 1_000;
    private static final long PAGE_BYTES = 1L << 20;

    private final ChainWriter writer;
    private final ChainFolder folder;
    private final String chain;
    private final ChainKey key;
    private final LineMac mac;
    private final LongSupplier clock;
    private final List<ChainEntry> notes = new ArrayList<>();
    private final List<String> foreign = new ArrayList<>();

    /**
     * The damage that a start found in the files.
     *
     * @param foreign names of the files to which lines were moved that the node has not written
     */
    public record ChainDamage(Optional<Gap> gap, List<String> foreign) {
        public ChainDamage {
            foreign = List.copyOf(foreign);
        }

        /**
         * Lines that the store knows and the files do not have.
         *
         * @param from the first line that is missing, or is another one
         * @param to the last
         */
        public record Gap(long from, long to) {}

        public boolean isAny() {
            return gap.isPresent() || !foreign.isEmpty();
        }
    }

    ChainStart(ChainWriter writer, ChainFolder folder, String chain, ChainKey key, LongSupplier clock) {
        this.writer = writer;
        this.folder = folder;
        this.chain = chain;
        this.key = key;
        this.mac = key.lineMac(chain);
        this.clock = clock;
    }

    ChainDamage begin(Optional<ChainHead> recorded) throws IOException {
        Optional<ChainEnd> end = end(recorded);
        if (end.isPresent()) {
            leaveBehind(end.get());
            writer.resume(end.get(), begunAt(end.get().file()));
        }
        Optional<ChainDamage.Gap> gap = gap(end, recorded);
        long last = end.map(ChainEnd::n).orElse(0L);
        writer.follow(
                Math.max(last, recorded.map(ChainHead::n).orElse(0L)),
                end.map(ChainEnd::hash).orElse(ChainLine.NO_LINE));
        if (end.isEmpty() || gap.isPresent() || !namesKey(end.get().file())) {
            writer.beginFile();
        }
        gap.ifPresent(each -> note(ChainEvent.GAP, Map.of("from", each.from(), "to", each.to())));
        if (!notes.isEmpty()) {
            writer.append(notes);
        }
        writer.look();
        return new ChainDamage(gap, foreign);
    }

    private Optional<ChainEnd> end(Optional<ChainHead> recorded) throws IOException {
        List<ChainFile> files = new ArrayList<>(ChainFile.all(folder.path(), chain));
        while (!files.isEmpty()) {
            ChainFile newest = files.remove(files.size() - 1);
            Optional<ChainEnd> end =
                    Files.isReadable(newest.path()) ? ChainEnd.in(newest, mac, recorded) : Optional.empty();
            if (end.isPresent()) {
                return end;
            }
            setAside(newest);
        }
        return Optional.empty();
    }

    private void setAside(ChainFile file) throws IOException {
        long bytes = Files.size(file.path());
        if (Files.isReadable(file.path())
                && isTorn(
                        file, 0, "{\"n\":" + file.first() + ",\"prev\":\"")) { // the node ended while it began the file
            Files.delete(file.path());
            noteRecovered(file, bytes, "empty");
        } else {
            noteForeign(file, bytes, folder.setAside(file.path()));
        }
    }

    private void leaveBehind(ChainEnd end) throws IOException {
        long bytes = Files.size(end.file().path()) - end.bytes();
        if (bytes == 0) {
            return;
        }
        if (isTorn(end.file(), end.bytes(), "{\"n\":" + (end.n() + 1) + ",\"prev\":\"" + end.hash())) {
            noteRecovered(end.file(), bytes, "torn");
        } else {
            noteForeign(end.file(), bytes, folder.copyAside(end.file().path(), end.bytes()));
        }
    }

    /** Whether nothing follows but the beginning of a line of this node, or what a disk makes of it (zeros). */
    private static boolean isTorn(ChainFile file, long from, String beginning) throws IOException {
        if (Files.size(file.path()) - from > ChainLine.MAX_BYTES) {
            return false;
        }
        try (LineScanner lines = LineScanner.open(file.path(), from)) {
            Optional<byte[]> read = lines.next();
            if (read.isEmpty()) {
                return true;
            }
            String rest = new String(read.get(), US_ASCII);
            return !lines.isComplete()
                    && (rest.startsWith(beginning)
                            || beginning.startsWith(rest)
                            || rest.chars().allMatch(each -> each == 0));
        }
    }

    private Optional<ChainDamage.Gap> gap(Optional<ChainEnd> end, Optional<ChainHead> recorded) throws IOException {
        if (recorded.isEmpty()) {
            return Optional.empty();
        }
        ChainHead head = recorded.get();
        long last = end.map(ChainEnd::n).orElse(0L);
        if (head.n() > last) {
            return Optional.of(new ChainDamage.Gap(last + 1, head.n()));
        }
        ChainReader reader = new ChainReader(folder.path(), chain, () -> last);
        boolean same = reader.find(head.n())
                .filter(line -> line.hash().equals(head.hash()))
                .isPresent();
        return same ? deletedUnseen(head, reader) : Optional.of(new ChainDamage.Gap(head.n(), head.n()));
    }

    /**
     * The lines that a deletion record names and of which the store never heard. Otherwise someone with the key could delete
     * all files, and append to the last one that a rule deleted them. If the file is still there, the node ended before it
     * deleted it: a new line takes the record back, since it would let anyone delete the file later.
     */
    private Optional<ChainDamage.Gap> deletedUnseen(ChainHead head, ChainReader reader) throws IOException {
        Optional<ChainDamage.Gap> missing = Optional.empty();
        ChainReader.Page page = reader.read(head.n(), PAGE_LINES, PAGE_BYTES);
        while (!page.lines().isEmpty()) {
            for (Optional<byte[]> line : page.lines()) {
                Optional<Deletion> deletion = line.flatMap(Deletion::of);
                if (deletion.isPresent() && deletion.get().isStillThere(folder.path(), chain, mac)) {
                    notes.add(deletion.get().takenBack(clock.getAsLong()));
                } else {
                    missing = missing.or(() -> deletion.map(Deletion::gap));
                }
            }
            page = reader.read(page.next(), PAGE_LINES, PAGE_BYTES);
        }
        return missing;
    }

    private void noteRecovered(ChainFile file, long bytes, String reason) {
        note(ChainEvent.RECOVERED, Map.of("file", file.name(), "bytes", bytes, "reason", reason));
    }

    private void noteForeign(ChainFile file, long bytes, String to) {
        foreign.add(to);
        notes.add(ChainEntry.foreign(clock.getAsLong(), file.name(), bytes, to));
    }

    private void note(ChainEvent event, Map<String, Object> fields) {
        notes.add(ChainEntry.of(event, clock.getAsLong(), fields));
    }

    private boolean namesKey(ChainFile file) throws IOException {
        return ParsedLine.first(file, mac).filter(first -> first.names(key)).isPresent();
    }

    /** A file whose first line can't be read is replaced by the next one at once. */
    private long begunAt(ChainFile file) throws IOException {
        return ParsedLine.first(file, mac)
                .filter(ParsedLine::own)
                .map(first -> first.timestamp().orElse(0))
                .orElse(0L);
    }

    /** The record, in a line, of a file that retention deletes. */
    private record Deletion(long first, long last, String lastHash) {
        /** Reads the record; empty if the line tells something else. */
        static Optional<Deletion> of(byte[] line) {
            String text = new String(line, US_ASCII);
            if (!text.contains("\"event\":\"audit.")) {
                return Optional.empty();
            }
            Map<?, ?> fields = fields(text);
            return ChainEvent.DELETED.id().equals(fields.get("event")) && fields.get("last") instanceof Long last
                    ? Optional.of(new Deletion(
                            fields.get("first") instanceof Long first ? first : 0,
                            last,
                            String.valueOf(fields.get("lastHash"))))
                    : Optional.empty();
        }

        private static Map<?, ?> fields(String line) {
            try {
                return Json.parseWithoutComments(line) instanceof Map<?, ?> fields ? fields : Map.of();
            } catch (IOException malformed) {
                return Map.of();
            }
        }

        /** Whether the folder has the file, and it ends as the line says. */
        boolean isStillThere(Path folder, String chain, LineMac mac) throws IOException {
            return new FileRetention.Kept(ChainFile.in(folder, chain, first), last, lastHash, 0, true).isUntouched(mac);
        }

        ChainDamage.Gap gap() {
            return new ChainDamage.Gap(first, last);
        }

        /** Says that the file was not deleted after all. */
        ChainEntry takenBack(long at) {
            return ChainEntry.of(
                    ChainEvent.RECOVERED, at, Map.of("first", first, "last", last, "reason", ChainEvent.NOT_DELETED));
        }
    }
}
