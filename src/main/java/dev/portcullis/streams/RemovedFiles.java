package dev.portcullis.streams;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.FileLinks;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet;
import java.util.Collection;
import java.util.Optional;

/**
 * The rows of files that have to end, since a message that named them was removed, or the room that they were sent to was deleted.
 * The step that takes the text of a message writes them in the lane of its stream; that of a deletion writes one for the room. A
 * file that a hold keeps has its row behind the key of the hold instead, so that it is in no one's way.
 */
public final class RemovedFiles {
    /** The table and the partition of the rows, whose keys {@code append.lua} writes like {@link #row}. */
    public static final String TABLE = "rf";

    public static final String ENDING = "files";
    private static final Partition FILES = new Partition(TABLE, ENDING);
    private static final Partition HELD = new Partition(TABLE, "held");
    private static final char SEPARATOR = ' '; // neither an id nor the name of a stream has one
    private static final char BEHIND = '!'; // comes before each other printable character but the separator

    private static final String ROOM = "room "; // behind the ids of files, which are hexadecimal

    private RemovedFiles() {}

    /**
     * A room that was deleted: each file that was sent to it gets a row of its own.
     *
     * @param from where the files begin that may have none yet; empty to begin
     */
    public record DeletedRoom(RoomId room, String from) {
        /** The room that a row of {@link #first} stands for; empty for that of a file. */
        public static Optional<DeletedRoom> of(Row row) {
            return row.key().startsWith(ROOM)
                    ? Optional.of(new DeletedRoom(new RoomId(row.key().substring(ROOM.length())), row.value()))
                    : Optional.empty();
        }

        /** @param next where to go on behind these files; empty if they were the last */
        public WriteSet found(Collection<RemovedFile> files, String next) {
            WriteSet writes = writes(files);
            return next.isEmpty() ? writes.remove(row()) : writes.put(row(), next);
        }

        private RowKey row() {
            return FILES.row(ROOM + room.value());
        }
    }

    /** A row of a file that a hold keeps. */
    public record Held(String hold, RemovedFile file) {
        /** @param key the key of a row */
        public static Held of(String key) {
            int kind = key.indexOf(SEPARATOR) + 1;
            int end = key.indexOf(SEPARATOR, kind);
            return new Held(key.substring(0, end), RemovedFiles.of(key.substring(end + 1)));
        }

        RowKey row() {
            return HELD.row(hold + SEPARATOR + key(file));
        }
    }

    /** The rows of the files that these messages name whose author wrote them to a stream. */
    public static WriteSet writes(StreamName stream, UserId author, byte[] body) {
        return writes(FileLinks.of(body).stream()
                .map(file -> new RemovedFile(file, author, stream))
                .toList());
    }

    /** The row of a room that is deleted. */
    public static WriteSet writes(RoomId deleted) {
        return WriteSet.of(new DeletedRoom(deleted, "").row(), "");
    }

    /** @param files of streams of one lane */
    public static WriteSet writes(Collection<RemovedFile> files) {
        WriteSet writes = WriteSet.NONE;
        for (RemovedFile file : files) {
            writes = writes.put(row(file), "");
        }
        return writes;
    }

    /** The first files, and then deleted rooms, of a lane that have to end. */
    public static RowRange first(int most) {
        return FILES.first(most);
    }

    /** The first file of a lane that a hold keeps. */
    public static RowRange firstHeld() {
        return HELD.first(1);
    }

    /**
     * The first files that holds keep.
     *
     * @param from empty to begin, then {@link #behind} a hold
     */
    public static RowRange held(String from, int most) {
        return HELD.from(from, most);
    }

    /** Where the files begin that are kept by the holds behind this one. */
    public static String behind(String hold) {
        return hold + BEHIND;
    }

    /** The file is done with. */
    public static WriteSet done(RemovedFile file) {
        return WriteSet.NONE.remove(row(file));
    }

    /** The file has to wait for the end of a hold. */
    public static WriteSet hold(RemovedFile file, String hold) {
        return done(file).put(new Held(hold, file).row(), "");
    }

    /** The hold is no longer in force. */
    public static WriteSet release(Held held) {
        return WriteSet.NONE.remove(held.row()).put(row(held.file()), "");
    }

    /** @param key the key of a row of {@link #first} */
    public static RemovedFile of(String key) {
        int author = key.indexOf(SEPARATOR) + 1;
        int stream = key.indexOf(SEPARATOR, author) + 1;
        return new RemovedFile(
                key.substring(0, author - 1),
                new UserId(key.substring(author, stream - 1)),
                new StreamName(key.substring(stream)));
    }

    private static RowKey row(RemovedFile file) {
        return FILES.row(key(file));
    }

    /** The key that {@link #of} reads. */
    public static String key(RemovedFile file) {
        return file.file()
                + SEPARATOR
                + file.author().value()
                + SEPARATOR
                + file.stream().value();
    }
}
