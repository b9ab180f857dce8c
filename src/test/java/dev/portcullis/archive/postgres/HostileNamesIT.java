package dev.portcullis.archive.postgres;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, ids and texts are values of parameters, and none of SQL (CWE-89). What PostgreSQL can't store is no outage (CWE-20). */
class HostileNamesIT {
    @RegisterExtension
    static final PostgresArchives ARCHIVES = new PostgresArchives();

    private static final Bounds ALL = new Bounds(100, 1 << 20);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'; DROP TABLE portcullis.entry CASCADE; --",
                "$1",
                "?",
                "{a,b}",
                "\"quoted\\\"",
                "%",
                "a\0b",
                "\ud800",
                "0190a0b0-1234-7abc-8def-0123456789ab' OR true --",
                "0190A0B0-1234-7ABC-8DEF-0123456789AB"
            })
    void hostile_text_is_stored_and_found_as_any_other(String text) {
        PostgresArchive archive = ARCHIVES.open();
        ArchivedRoom room = new ArchivedRoom(new StreamName("room:" + text), "e" + text, 0);
        ArchivedRoom other = ArchivedRoom.of("other", 0);
        done(archive.add(List.of(
                room.part(room.at(0), room.row(1, EntryState.MESSAGE, text, text), room.edit(2, text)),
                other.part(1, 3))));
        assertThat(done(archive.find(room.stream(), text)).orElseThrow().edits())
                .isEqualTo(1);
        assertThat(done(archive.after(room.stream(), 0, ALL)).entries()).hasSize(2);
        assertThat(done(archive.find(other.stream(), text))).isEmpty();
        assertThat(done(archive.find(new StreamName(text), text))).isEmpty();
        assertThat(done(archive.after(other.stream(), 0, ALL)).entries()).hasSize(3);
        assertThat(archive.answers()).isTrue();
    }
}
