package dev.portcullis.streams;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Stands in an inbox in place of an entry that was trimmed before it was delivered. It keeps the {@code seq} of that entry, so a
 * reader finds no hole, and its body is the frame that tells the client. The scripts write the same body.
 */
public final class GapEntry {
    private static final String FRAME = "\"type\":\"gap\",\"count\":%d}";
    private static final byte[] OF_ONE = body(1);

    private GapEntry() {}

    /** The body of a new gap. */
    public static byte[] body() {
        return OF_ONE.clone();
    }

    public static boolean is(StreamEntry entry) {
        return Arrays.equals(entry.body(), OF_ONE);
    }

    /** The same entries, with one gap in place of consecutive ones: it counts them, at the position of the last. */
    public static List<StreamEntry> joined(List<StreamEntry> entries) {
        if (entries.stream().noneMatch(GapEntry::is)) {
            return entries;
        }
        List<StreamEntry> all = new ArrayList<>();
        int count = 0;
        for (int i = 0; i < entries.size(); i++) {
            StreamEntry entry = entries.get(i);
            count = is(entry) ? count + 1 : 0;
            boolean goesOn = count > 0 && i + 1 < entries.size() && is(entries.get(i + 1));
            if (!goesOn) {
                all.add(count > 1 ? counting(entry, count) : entry);
            }
        }
        return List.copyOf(all);
    }

    private static StreamEntry counting(StreamEntry last, int count) {
        return new StreamEntry(last.stream(), last.position(), last.timestamp(), body(count));
    }

    private static byte[] body(int count) {
        return FRAME.formatted(count).getBytes(StandardCharsets.US_ASCII);
    }
}
