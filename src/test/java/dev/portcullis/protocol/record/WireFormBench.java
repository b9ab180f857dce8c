package dev.portcullis.protocol.record;

import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Measures the encoding and decoding of records like those that nodes exchange most often. Run it by hand:
 * {@code java -cp … dev.portcullis.protocol.record.WireFormBench}.
 */
final class WireFormBench {
    private static final int ROUNDS = 6;
    private static final int TIMES = 1_000_000;
    private static final String CONTENT =
            "Has anybody seen the key to the gate? It hung beside the door this morning, as it always does.";

    private WireFormBench() {}

    private enum Role {
        MEMBER
    }

    private record Name(String value) {}

    private record Sender(Name user, Optional<String> username, Role role, List<String> rooms, String session) {}

    private record Publication(
            Sender from,
            Name room,
            String content,
            Optional<String> replyTo,
            List<Name> attachments,
            String messageId,
            String key,
            long notAfter) {}

    private record Position(String epoch, long seq) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Entry(
            Name stream, Position position, long timestamp, byte[] body, Optional<Name> bars, long laneSeq) {}

    public static void main(String[] args) {
        Publication publication = new Publication(
                new Sender(new Name("ann"), Optional.of("Ann"), Role.MEMBER, List.of("lobby"), "Zm9vYmFyYmF6cXV4MTIz"),
                new Name("room-1"),
                CONTENT,
                Optional.empty(),
                List.of(),
                "018f3c2e-7b1a-7c3d-9e4f-0123456789ab",
                "018f3c2e7b1a7c3d9e4f",
                1_700_000_000_000L);
        byte[] body = new byte[400];
        new Random(1).nextBytes(body);
        Entry entry = new Entry(
                new Name("room:room-1"), new Position("k3v9x2", 4_711), 1_700_000_000_000L, body, Optional.empty(), 9);
        for (int round = 1; round <= ROUNDS; round++) {
            time(round, WireForm.of(Publication.class), publication);
            time(round, WireForm.of(Entry.class), entry);
        }
    }

    private static <T> void time(int round, WireForm<T> form, T value) {
        byte[] bytes = form.encode(value);
        long checksum = 0;
        long start = System.nanoTime();
        for (int i = 0; i < TIMES; i++) {
            checksum += form.encode(value).length;
        }
        long middle = System.nanoTime();
        for (int i = 0; i < TIMES; i++) {
            checksum += form.decode(bytes).isPresent() ? 1 : 0;
        }
        long end = System.nanoTime();
        System.out.printf(
                "round %d: %s of %d bytes: encode %d ns, decode %d ns (%d)%n",
                round,
                value.getClass().getSimpleName(),
                bytes.length,
                (middle - start) / TIMES,
                (end - middle) / TIMES,
                checksum);
    }
}
