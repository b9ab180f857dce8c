package dev.portcullis.archive.postgres;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;

/** A room whose entries a test archives, so many days apart. */
record ArchivedRoom(StreamName stream, String epoch, long days) {
    private static final long BEGIN = Instant.parse("2026-01-15T00:00:00Z").toEpochMilli();
    private static final long DAY = 86_400_000;
    private static final int RANDOM_BITS = 16;
    private static final long VERSION = 0x7000;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    static ArchivedRoom of(String room, long days) {
        return new ArchivedRoom(StreamName.room(new RoomId(room)), "e1", days);
    }

    long stored(long seq) {
        return BEGIN + seq * days * DAY;
    }

    /** An id as the node would give it at that time. */
    String id(long seq) {
        return new UUID(stored(seq) << RANDOM_BITS | VERSION, VARIANT | seq).toString();
    }

    EntryRow message(long seq) {
        return row(seq, EntryState.MESSAGE, id(seq), "text " + seq);
    }

    EntryRow edit(long seq, String id) {
        return row(seq, EntryState.AMENDMENT, id, "edited by " + seq);
    }

    EntryRow row(long seq, EntryState state, String id, String text) {
        StreamEntry entry = new StreamEntry(
                stream, new Position(epoch, seq), stored(seq) + 7, text.getBytes(StandardCharsets.UTF_8));
        return new EntryRow(stored(seq), entry, state, 0, Optional.of(new Message(id, new UserId("ann"))));
    }

    /** The entries from one seq to another, behind what comes before them. */
    ArchivePart part(long first, long last) {
        return new ArchivePart(
                stream,
                at(first - 1),
                first - 1,
                LongStream.rangeClosed(first, last).mapToObj(this::message).toList());
    }

    ArchivePart part(Position from, EntryRow... rows) {
        return new ArchivePart(stream, from, from.seq(), List.of(rows));
    }

    Position at(long seq) {
        return seq == 0 ? ArchiveStore.NOTHING : new Position(epoch, seq);
    }
}
