package dev.portcullis.archive;

import static dev.portcullis.archive.ArchiveSample.text;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import java.util.List;

/** An archive of one test, and what the parts of its contract share. */
interface ArchiveFixture {
    StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    ArchiveSample ROOM = new ArchiveSample(LOBBY, "e1");
    Bounds PLENTY = new Bounds(10_000, 1 << 24);

    ArchiveStore archive();

    /** Closes the archive and opens it again. */
    void reopen() throws Exception;

    /** Adds rows to the lobby behind those that the archive has. */
    default void add(EntryRow... rows) {
        assertThat(done(archive().add(List.of(ROOM.part(position(), rows))))).isEmpty();
    }

    /** Adds rows to the lobby in place of those beyond this seq. */
    default void supersede(long shared, EntryRow... rows) {
        assertThat(done(archive().add(List.of(ROOM.superseding(position(), shared, rows)))))
                .isEmpty();
    }

    default Position position() {
        return done(archive().positions(List.of(LOBBY))).get(0);
    }

    default List<String> latest() {
        return describe(done(archive().latest(LOBBY, Long.MAX_VALUE, PLENTY)));
    }

    static List<String> describe(LatestSlice slice) {
        return slice.entries().stream().map(ArchiveSample::describe).toList();
    }

    /** Such as {@code 1 helo}. */
    default List<String> texts() {
        return describe(done(archive().after(LOBBY, 0, PLENTY)));
    }

    static List<String> describe(Slice slice) {
        return slice.entries().stream()
                .map(entry -> entry.position().seq() + " " + text(entry))
                .toList();
    }
}
