package dev.portcullis.archive.embedded;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Archives messages of inboxes until it is killed, sweeps beside that, and prints the positions that it reached. */
final class ArchivingProcess {
    static final long MOST_BYTES = 500_000;
    private static final int ROWS = 150; // more than one step

    private ArchivingProcess() {}

    public static void main(String[] arguments) throws Exception {
        EmbeddedStore store = EmbeddedStore.open(Path.of(arguments[0]), EmbeddedArchiveTest.CONFIG);
        EmbeddedArchive archive = EmbeddedArchive.open(store, MOST_BYTES);
        for (long seq = 0; ; seq += ROWS) {
            List<ArchivePart> parts = new ArrayList<>();
            for (int i = 0; i < ArchiveCrashTest.STREAMS; i++) {
                StreamName stream = ArchiveCrashTest.stream(i);
                Position from = seq == 0 ? ArchiveStore.NOTHING : new Position("e1", seq);
                parts.add(new ArchivePart(stream, from, seq, rows(stream, seq)));
            }
            archive.add(parts).await(30, TimeUnit.SECONDS);
            System.out.println((seq + ROWS) + " .");
            System.out.flush();
            archive.sweep().await(30, TimeUnit.SECONDS);
        }
    }

    private static List<EntryRow> rows(StreamName stream, long after) {
        List<EntryRow> rows = new ArrayList<>();
        for (long seq = after + 1; seq <= after + ROWS; seq++) {
            rows.add(row(stream, seq));
        }
        return rows;
    }

    static EntryRow row(StreamName inbox, long seq) {
        String owner = inbox.inboxOwner().value();
        String body = "\"type\":\"chat_message\",\"recipientId\":\"" + owner + "\",\"messageId\":\"m" + seq
                + "\",\"userId\":\"ann\",\"content\":\"text " + seq + "\"}";
        StreamEntry entry =
                new StreamEntry(inbox, new Position("e1", seq), seq * 10_000, body.getBytes(StandardCharsets.UTF_8));
        Message message = new Message("m" + seq, new UserId("ann"));
        return new EntryRow(seq * 10_000, entry, EntryState.MESSAGE, 0, Optional.of(message));
    }
}
