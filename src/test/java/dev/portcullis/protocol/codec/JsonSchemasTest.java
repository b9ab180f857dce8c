package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSchemasTest {
    private static final Path FILES = Path.of("src/main/resources/dev/portcullis/protocol/codec/schemas");

    @Test
    void every_schema_file_is_published_and_nothing_else() throws IOException {
        try (Stream<Path> files = Files.walk(FILES)) {
            List<String> names = files.filter(Files::isRegularFile)
                    .map(file -> FILES.relativize(file).toString().replace('\\', '/'))
                    .map(name -> name.replaceFirst("\\.json$", ""))
                    .toList();
            assertThat(JsonSchemas.names()).containsExactlyInAnyOrderElementsOf(names);
        }
    }

    @Test
    void schema_names_its_id_and_its_type() {
        for (String name : JsonSchemas.names()) {
            JsonObject schema = schema(name);
            assertThat(schema.getString("$schema")).isEqualTo("https://json-schema.org/draft/2020-12/schema");
            assertThat(schema.getString("$id")).isEqualTo("https://portcullis.dev/schemas/" + name + ".json");
            assertThat(schema.getJsonObject("properties").getJsonObject("type").getString("const"))
                    .isEqualTo(name.replaceFirst("^server/", ""));
        }
    }

    @Test
    void object_of_a_client_frame_is_closed_and_refuses_prototype_keys() {
        for (FrameType type : FrameType.values()) {
            assertClosed(schema(type.id()), type.id());
        }
    }

    @Test
    void field_has_the_same_schema_in_every_client_frame() {
        Set<String> differing = Set.of("type", "content", "limit", "after");
        Map<String, Object> first = new HashMap<>();
        for (FrameType type : FrameType.values()) {
            schema(type.id()).getJsonObject("properties").forEach(field -> {
                if (!differing.contains(field.getKey())) {
                    Object known = first.computeIfAbsent(field.getKey(), name -> field.getValue());
                    assertThat(field.getValue())
                            .as("%s in %s", field.getKey(), type)
                            .isEqualTo(known);
                }
            });
        }
    }

    @Test
    void error_schema_lists_the_reasons_of_the_table() {
        List<String> ids = Stream.of(Reason.values()).map(Reason::id).toList();
        JsonObject reason = schema("error").getJsonObject("properties").getJsonObject("reason");
        assertThat(reason.getJsonArray("enum").stream().map(String.class::cast)).containsExactlyElementsOf(ids);
    }

    /** CWE-22. */
    @ParameterizedTest
    @ValueSource(strings = {"", "nope", "../Schemas.class", "server/../chat", "/chat", "chat.json", "CHAT", "chat\0"})
    void name_outside_the_index_finds_nothing(String name) {
        assertThat(JsonSchemas.find(name)).isEmpty();
    }

    @Test
    void change_to_a_returned_schema_does_not_affect_the_next_one() {
        byte[] changed = JsonSchemas.find("chat").orElseThrow();
        changed[0] = 'x';
        assertThat(JsonSchemas.find("chat").orElseThrow()[0]).isEqualTo((byte) '{');
    }

    private static void assertClosed(Object node, String where) {
        if (!(node instanceof JsonObject schema)) {
            return;
        }
        if ("object".equals(schema.getValue("type"))) {
            assertThat(schema.getValue("additionalProperties")).as(where).isEqualTo(false);
            assertThat(schema.getJsonObject("propertyNames")).as(where).isNotNull();
        }
        schema.forEach(entry -> assertClosed(entry.getValue(), where + "/" + entry.getKey()));
    }

    private static JsonObject schema(String name) {
        return new JsonObject(new String(JsonSchemas.find(name).orElseThrow(), UTF_8));
    }
}
