package dev.portcullis.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Problem;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.RetentionConfig;
import dev.portcullis.streams.StreamName;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetentionInNodeConfigTest {
    private static final StreamName SUPPORT = StreamName.room(new RoomId("support-1"));

    @Test
    void nothing_is_bounded_by_default() {
        assertThat(config("{}").standard(SUPPORT)).isEqualTo(Retention.UNBOUNDED);
    }

    @Test
    void bounds_are_numbers_durations_or_forever() {
        RetentionConfig config = config("""
                {"store": {"kind": "embedded"}, "archive": {"kind": "embedded"}, "retention": {"entries": 5000, "age": "90d",
                "rooms": [{"match": "support-*", "entries": "forever"}], "max": {"age": "forever"}}}""");
        assertThat(config.standard(SUPPORT)).isEqualTo(new Retention(Retention.FOREVER, TimeUnit.DAYS.toMillis(90)));
        assertThat(config.most(SUPPORT)).isEqualTo(Retention.UNBOUNDED);
    }

    @Test
    void what_the_window_has_no_room_for_needs_an_archive() {
        assertThat(problems("""
                {"archive": {"kind": "none"}, "retention": {"entries": "forever", "age": "12h",
                "rooms": [{"match": "a", "entries": 300}, {"match": "b", "age": "2d"}], "max": {"entries": 301}}}"""))
                .hasSize(3)
                .anySatisfy(line -> assertThat(line)
                        .startsWith(
                                "retention.entries: is more than streams.room.entries (300), and archive.kind is none"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("retention.rooms[1].age: is more than streams.room.ageMs (86400000)"))
                .anySatisfy(line -> assertThat(line).startsWith("retention.max.entries: is more than"));
    }

    @Test
    void pattern_that_no_room_can_match_is_refused() {
        assertThat(problems("{\"retention\": {\"rooms\": [{\"match\": \"a*b\", \"entries\": 3}]}}"))
                .singleElement()
                .asString()
                .startsWith("retention.rooms[0].match: is \"a*b\"");
    }

    private static RetentionConfig config(String json) {
        return ConfigFile.load(Configs.of(json), List.of(), Map.of(), NodeConfigReader::read)
                .fold(valid -> valid.value().retention(), bad -> {
                    throw new AssertionError(bad.problems());
                });
    }

    private static List<String> problems(String json) {
        return ConfigFile.load(Configs.of(json), List.of(), Map.of(), NodeConfigReader::read)
                .fold(
                        valid -> List.of(),
                        bad -> bad.problems().stream().map(Problem::toString).toList());
    }
}
