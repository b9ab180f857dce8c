package dev.portcullis.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Json;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Section;
import dev.portcullis.events.EventType.Destination;
import dev.portcullis.events.EventType.Source;
import dev.portcullis.protocol.RoomRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventsConfigTest {
    @TempDir
    private Path folder;

    private ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    @Test
    void event_without_rules_is_stored_and_of_every_member_to_rooms_and_users() throws IOException {
        EventType type = read("{\"poll.vote\":{\"schema\":{\"type\":\"string\"}}}")
                .of("poll.vote")
                .orElseThrow();

        assertThat(problems()).isEmpty();
        assertThat(type.stored()).isTrue();
        assertThat(type.destinations()).containsExactlyInAnyOrder(Destination.ROOM, Destination.DIRECT);
        assertThat(type.role()).isEqualTo(RoomRole.MEMBER);
        assertThat(type.from()).isEqualTo(Source.CLIENTS);
        assertThat(type.minute()).isEqualTo(OptionalInt.empty());
        assertThat(type.schema()).containsEntry("type", "string");
    }

    @Test
    void rules_are_read() throws IOException {
        EventType type =
                read("{\"typing.note\":{\"schema\":{},\"store\":false,\"targets\":[\"room\"],\"role\":\"moderator\","
                                + "\"from\":\"server\",\"minute\":60}}")
                        .of("typing.note")
                        .orElseThrow();

        assertThat(problems()).isEmpty();
        assertThat(type.stored()).isFalse();
        assertThat(type.destinations()).containsExactly(Destination.ROOM);
        assertThat(type.role()).isEqualTo(RoomRole.MODERATOR);
        assertThat(type.from()).isEqualTo(Source.SERVER);
        assertThat(type.minute()).hasValue(60);
    }

    @Test
    void schema_of_a_file_is_read_from_the_folder_of_the_configuration() throws IOException {
        Files.writeString(
                folder.resolve("vote.json"),
                "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"integer\"}");
        reading = new ConfigReading(Map.of(), folder);

        assertThat(read("{\"vote\":{\"schema\":{\"$file\":\"vote.json\"}}}")
                        .of("vote")
                        .orElseThrow()
                        .schema())
                .containsEntry("type", "integer");
        assertThat(problems()).isEmpty();
    }

    @Test
    void file_is_as_deep_as_the_reader_of_the_configuration_allows() throws IOException {
        Files.writeString(folder.resolve("deep.json"), "{\"not\":".repeat(15) + "{}" + "}".repeat(15));
        Files.writeString(folder.resolve("deeper.json"), "{\"not\":".repeat(16) + "{}" + "}".repeat(16));
        reading = new ConfigReading(Map.of(), folder);

        read("{\"deep\":{\"schema\":{\"$file\":\"deep.json\"}},\"deeper\":{\"schema\":{\"$file\":\"deeper.json\"}}}");

        assertThat(problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString())
                        .contains("events.deeper.schema")
                        .contains("is nested too deep"));
    }

    @Test
    void file_that_is_absent_or_no_json_is_told() throws IOException {
        Files.writeString(folder.resolve("vote.json"), "{");
        reading = new ConfigReading(Map.of(), folder);
        read("{\"a\":{\"schema\":{\"$file\":\"vote.json\"}},\"b\":{\"schema\":{\"$file\":\"none.json\"}},\"c\":{}}");

        assertThat(problems())
                .extracting(Problem::path)
                .containsExactlyInAnyOrder("events.a.schema", "events.b.schema", "events.c.schema");
    }

    @Test
    void schema_of_a_single_reference_within_it_is_no_reference_of_the_configuration() throws IOException {
        read("{\"a\":{\"schema\":{\"$ref\":\"#/$defs/x\"}}}");

        assertThat(problems())
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.toString()).startsWith("events.a.schema: at /$ref leads to no schema"));
    }

    @Test
    void all_problems_of_schemas_are_told_with_their_pointers() throws IOException {
        read(
                "{\"a\":{\"schema\":{\"propertys\":{}}},\"b\":{\"schema\":{\"properties\":{\"x\":{\"pattern\":\"^(a+)+$\"}}}}}");

        assertThat(problems())
                .extracting(Problem::toString)
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line)
                                .startsWith("events.a.schema: at /propertys is no keyword")
                                .contains("did you mean properties"),
                        line -> assertThat(line)
                                .startsWith("events.b.schema: at /properties/x/pattern")
                                .contains("aaaa"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "send-message", "joined", "ack", "error", "disconnect", "ping", "connect"})
    void name_of_a_frame_or_of_an_event_of_socketio_is_refused(String name) throws IOException {
        read("{\"" + name + "\":{\"schema\":{}}}");

        assertThat(problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("name of a frame"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1a",
                "Vote",
                "a b",
                ".a",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void name_of_another_form_is_refused(String name) throws IOException {
        read("{\"" + name + "\":{\"schema\":{}}}");

        assertThat(problems()).hasSize(1);
    }

    @Test
    void more_events_than_are_possible_are_refused() throws IOException {
        read(IntStream.range(0, 201)
                .mapToObj(i -> "\"e" + i + "\":{\"schema\":{}}")
                .collect(Collectors.joining(",", "{", "}")));

        assertThat(problems()).extracting(Problem::path).containsExactly("events");
    }

    @Test
    void unknown_rule_is_refused() throws IOException {
        read("{\"a\":{\"schema\":{},\"stored\":true,\"role\":\"boss\",\"targets\":[]}}");

        assertThat(problems())
                .extracting(Problem::path)
                .containsExactlyInAnyOrder("events.a.stored", "events.a.role", "events.a.targets");
    }

    private EventTypes read(String events) throws IOException {
        Section root = Section.root(Map.of("events", Json.parse(events)), reading);
        EventTypes types = EventsConfig.types(root);
        root.refuseUnknown();
        return types;
    }

    private List<Problem> problems() {
        return reading.problems().found();
    }
}
