package dev.portcullis.archive.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartQueueTest {
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final StreamName HALL = StreamName.room(new RoomId("hall"));

    @ParameterizedTest
    @CsvSource({
        "100, 10000, lobby 1-5 hall 1-3",
        "5, 10000, lobby 1-5 | hall 1-3",
        "4, 10000, lobby 1-4 | lobby 5-5 hall 1-3",
        "2, 10000, lobby 1-2 | lobby 3-4 | lobby 5-5 hall 1-1 | hall 2-3",
        "100, 250, lobby 1-3 | lobby 4-5 hall 1-1 | hall 2-3",
        "100, 1, lobby 1-1 | lobby 2-2 | lobby 3-3 | lobby 4-4 | lobby 5-5 | hall 1-1 | hall 2-2 | hall 3-3",
    })
    void portions_have_all_rows_in_their_order_within_the_bounds(int rows, int bytes, String portions) {
        PartQueue queue = new PartQueue(List.of(part(LOBBY, 5), part(HALL, 3)), rows, bytes);
        List<String> all = new ArrayList<>();
        for (List<ArchivePart> some = queue.next(); !some.isEmpty(); some = queue.next()) {
            all.add(String.join(
                    " ",
                    some.stream()
                            .map(part -> part.stream().roomId().orElseThrow().value() + " "
                                    + (part.from().seq() + 1) + "-" + part.to().seq())
                            .toList()));
            assertThat(some).allMatch(part -> part.shared() == part.from().seq());
        }
        assertThat(String.join(" | ", all)).isEqualTo(portions);
    }

    private static ArchivePart part(StreamName stream, long rows) {
        return new ArchivePart(
                stream,
                ArchiveStore.NOTHING,
                0,
                LongStream.rangeClosed(1, rows)
                        .mapToObj(seq -> row(stream, seq))
                        .toList());
    }

    private static EntryRow row(StreamName stream, long seq) {
        StreamEntry entry = new StreamEntry(stream, new Position("e1", seq), 0, new byte[100]);
        return new EntryRow(0, entry, EntryState.PLAIN, 0, Optional.empty());
    }
}
