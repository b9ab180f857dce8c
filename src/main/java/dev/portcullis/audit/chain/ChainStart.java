package dev.portcullis.audit.chain;

import java.io.IOException;
import java.nio.file.Files;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds where the chain of a folder ends, and lets a writer go on there. What a crash or a person left behind is named
 * by a line.
 */
final class ChainStart {
    private static final Pattern TIMESTAMP = Pattern.compile("\"timestamp\":\"([^\"]{20,30})\"");

    private final ChainWriter writer;
    private final ChainFolder folder;
    private final String chain;
    private final ChainKey key;
    private final LongSupplier clock;
    private final List<ChainEntry> notes = new ArrayList<>();

    ChainStart(ChainWriter writer, ChainFolder folder, String chain, ChainKey key, LongSupplier clock) {
        this.writer = writer;
        this.folder = folder;
        this.chain = chain;
        this.key = key;
        this.clock = clock;
    }

    /** @return what is missing */
    Optional<ChainGap> begin(Optional<ChainHead> recorded) throws IOException {
        List<ChainFile> files = withoutEmptyEnd(ChainFile.all(folder.path(), chain));
        Optional<ChainGap> gap = files.isEmpty()
                ? recorded.map(head -> new ChainGap(1, head.n()))
                : resume(files.get(files.size() - 1), recorded);
        if (files.isEmpty()) {
            writer.follow(recorded.map(ChainHead::n).orElse(0L), ChainLine.NO_LINE);
            writer.beginFile();
        }
        gap.ifPresent(each -> note(ChainEvent.GAP, Map.of("from", each.from(), "to", each.to())));
        if (!notes.isEmpty()) {
            writer.append(notes);
        }
        return gap;
    }

    private Optional<ChainGap> resume(ChainFile last, Optional<ChainHead> recorded) throws IOException {
        ChainTail tail = ChainTail.read(last);
        Optional<ChainGap> gap = gap(tail, recorded);
        List<String> head = firstLine(last);
        writer.resume(last, tail, begunAt(head));
        if (tail.tornBytes() > 0) {
            note(last, tail.tornBytes(), "torn");
        }
        if (tail.damaged()) {
            note(last, 0, "damaged");
        }
        gap.ifPresent(each -> writer.follow(Math.max(tail.n(), each.to()), tail.hash()));
        if (gap.isPresent() || tail.damaged() || !names(head, key)) {
            writer.beginFile();
        }
        return gap;
    }

    private Optional<ChainGap> gap(ChainTail tail, Optional<ChainHead> recorded) throws IOException {
        if (recorded.isEmpty()) {
            return Optional.empty();
        }
        ChainHead head = recorded.get();
        if (head.n() > tail.n()) {
            return Optional.of(new ChainGap(tail.n() + 1, head.n()));
        }
        boolean other = new ChainReader(folder.path(), chain)
                .find(head.n())
                .filter(line -> !line.hash().equals(head.hash()) || !line.isIntact())
                .isPresent();
        return other ? Optional.of(new ChainGap(head.n(), head.n())) : Optional.empty();
    }

    /** A node that ends while it begins a file leaves one without any line. */
    private List<ChainFile> withoutEmptyEnd(List<ChainFile> files) throws IOException {
        List<ChainFile> left = new ArrayList<>(files);
        while (!left.isEmpty()) {
            ChainFile last = left.get(left.size() - 1);
            ChainTail tail = ChainTail.read(last);
            if (!tail.isEmpty()) {
                break;
            }
            Files.delete(last.path());
            left.remove(left.size() - 1);
            note(last, tail.tornBytes(), "empty");
        }
        return left;
    }

    private void note(ChainFile file, long bytes, String reason) {
        note(ChainEvent.RECOVERED, Map.of("file", file.name(), "bytes", bytes, "reason", reason));
    }

    private void note(ChainEvent event, Map<String, Object> fields) {
        notes.add(ChainEntry.of(event, clock.getAsLong(), fields));
    }

    private static List<String> firstLine(ChainFile file) throws IOException {
        try (LineScanner lines = LineScanner.open(file.path())) {
            return lines.next().stream()
                    .map(line -> new String(line, java.nio.charset.StandardCharsets.US_ASCII))
                    .toList();
        }
    }

    private static boolean names(List<String> firstLine, ChainKey key) {
        return firstLine.stream().anyMatch(line -> line.contains("\"key\":\"" + key.encoded() + '"'));
    }

    /** A file whose first line can't be read is replaced by the next one at once. */
    private static long begunAt(List<String> firstLine) {
        for (String line : firstLine) {
            Matcher time = TIMESTAMP.matcher(line);
            if (time.find()) {
                try {
                    return Instant.parse(time.group(1)).toEpochMilli();
                } catch (DateTimeException unreadable) {
                    return 0;
                }
            }
        }
        return 0;
    }
}
