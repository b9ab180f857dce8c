package dev.portcullis.hooks.outbox;

import dev.portcullis.store.StoreFailure;

/** An event that was given up. Its row is {@code <given up at> <reason> <event>}. */
public record DeadLetter(int lane, long at, String reason, StoredEvent event) {
    private static final int PARTS = 3;

    static String row(long at, String reason, String event) {
        return at + " " + reason + " " + EventRow.givenUp(event);
    }

    static DeadLetter decode(int lane, String row) {
        String[] parts = row.split(" ", PARTS);
        try {
            long at = Long.parseLong(parts[0]);
            return new DeadLetter(lane, at, parts[1], EventRow.decode(parts[2]).event(at));
        } catch (NumberFormatException | IndexOutOfBoundsException malformed) {
            throw new StoreFailure("a dead letter can't be read");
        }
    }

    static String eventOf(String row) {
        return row.split(" ", PARTS)[2];
    }
}
