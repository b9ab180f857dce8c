package dev.portcullis.archive;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Makes rows of a stream in one of its epochs. Entries are a second apart. */
record ArchiveSample(StreamName stream, String epoch) {
    static final UserId ANN = new UserId("ann");
    static final UserId BOB = new UserId("bob");
    private static final String DELETION = "\"type\":\"message_deleted\",";

    EntryRow plain(long seq, String text) {
        return row(seq, EntryState.PLAIN, 0, Optional.empty(), text);
    }

    EntryRow message(long seq, String id, String text) {
        return row(seq, EntryState.MESSAGE, 0, of(id), text);
    }

    EntryRow edit(long seq, String id, String text) {
        return row(seq, EntryState.AMENDMENT, 0, of(id), text);
    }

    EntryRow deletion(long seq, String id) {
        return row(seq, EntryState.AMENDMENT, 0, of(id), DELETION + id);
    }

    /** The message as the stream has it once an entry has edited it. */
    EntryRow edited(long seq, String id, String text, long by) {
        return message(seq, id, text).amended(EntryState.EDITED, by);
    }

    EntryRow row(long seq, EntryState state, long amendment, Optional<Message> message, String body) {
        return new EntryRow(seq * 1_000, entry(seq, body.getBytes(StandardCharsets.UTF_8)), state, amendment, message);
    }

    Position at(long seq) {
        return new Position(epoch, seq);
    }

    ArchivePart part(Position from, EntryRow... rows) {
        return new ArchivePart(stream, from, from.seq(), List.of(rows));
    }

    ArchivePart superseding(Position from, long shared, EntryRow... rows) {
        return new ArchivePart(stream, from, shared, List.of(rows));
    }

    private StreamEntry entry(long seq, byte[] body) {
        return new StreamEntry(stream, at(seq), seq * 1_000 + 7, body);
    }

    private static Optional<Message> of(String id) {
        return Optional.of(new Message(id, ANN));
    }

    /** The text of an entry: of a deletion, {@code deleted} and what it deletes. */
    static String text(StreamEntry entry) {
        String body = new String(entry.body(), StandardCharsets.UTF_8);
        return DeliveredMessage.isDeletion(entry.body()) ? "deleted " + body.substring(DELETION.length()) : body;
    }

    /** Such as {@code 1 EDITED helo > 3 hello}. */
    static String describe(LatestEntry latest) {
        return latest.entry().position().seq() + " " + latest.state() + " " + text(latest.entry())
                + latest.amendment()
                        .map(by -> " > " + by.position().seq() + " " + text(by))
                        .orElse("");
    }
}
