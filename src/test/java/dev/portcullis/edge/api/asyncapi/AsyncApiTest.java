package dev.portcullis.edge.api.asyncapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.ClientAction;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.codec.FrameDecoder;
import dev.portcullis.protocol.codec.JsonSchemas;
import dev.portcullis.ratelimit.LimitRow;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The document says of every frame what the decoder and the rest of the server do. */
class AsyncApiTest {
    private static final Set<FrameType> COUNT_FOR_THE_CONNECTION =
            Set.of(FrameType.PING, FrameType.LEAVE, FrameType.ACK, FrameType.READ, FrameType.HEALTH_CHECK);

    private static final JsonObject DOCUMENT =
            new JsonObject(AsyncApi.published().json());
    private static final JsonObject MESSAGES =
            DOCUMENT.getJsonObject("components").getJsonObject("messages");
    private static final JsonObject CHANNEL = DOCUMENT.getJsonObject("channels").getJsonObject("ws");

    static Stream<String> messages() {
        return MESSAGES.fieldNames().stream();
    }

    @Test
    void document_has_one_message_for_each_schema_and_an_operation_for_each_frame_of_a_client() {
        List<String> schemas = messages()
                .map(key -> MESSAGES.getJsonObject(key).getString("x-schema"))
                .toList();
        assertThat(schemas)
                .containsExactlyInAnyOrderElementsOf(JsonSchemas.names().stream()
                        .map(name -> "/schemas/" + name + ".json")
                        .toList());
        assertThat(CHANNEL.getJsonObject("messages").fieldNames()).isEqualTo(MESSAGES.fieldNames());
        assertThat(operations("receive"))
                .extracting(each -> each.getString("title"))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(FrameType.values()).map(FrameType::id).toList());
    }

    @Test
    void each_frame_of_the_server_is_sent_or_is_a_reply() {
        Set<String> used = new TreeSet<>();
        operations("send").forEach(each -> collect(each.getJsonArray("messages"), used));
        operations("receive").forEach(each -> {
            collect(each.getJsonArray("messages"), used);
            collect(each.getJsonObject("reply").getJsonArray("messages"), used);
        });
        assertThat(used)
                .isEqualTo(new TreeSet<>(
                        messages().map(key -> "#/channels/ws/messages/" + key).toList()));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void payload_is_the_schema_by_which_frames_are_refused(String key) {
        JsonObject published = schemaOf(key);
        Stream.of("$schema", "$id", "title").forEach(published::remove);
        if (published.containsKey("dependentRequired")) {
            published.put("dependencies", published.remove("dependentRequired"));
        }
        JsonObject schema = DOCUMENT.getJsonObject("components")
                .getJsonObject("schemas")
                .getJsonObject(key)
                .copy();
        assertThat(undescribed(schema, "")).as("fields without a description").isEmpty();
        assertThat(withoutDescriptions(schema)).isEqualTo(published);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void example_fits_its_schema_and_the_decoder(String key) {
        JsonObject message = MESSAGES.getJsonObject(key);
        Validator validator = Validator.create(
                JsonSchema.of(schemaOf(key)),
                new JsonSchemaOptions()
                        .setBaseUri("https://portcullis.dev/")
                        .setDraft(Draft.DRAFT202012)
                        .setOutputFormat(OutputFormat.Basic));
        JsonArray examples = message.getJsonArray("examples");
        assertThat(examples).as("examples of %s", key).isNotEmpty();
        for (Object each : examples) {
            JsonObject payload = ((JsonObject) each).getJsonObject("payload");
            assertThat(payload.getString("type")).isEqualTo(message.getString("name"));
            assertThat(validator.validate(payload).getValid())
                    .as(payload.encode())
                    .isTrue();
            if (key.endsWith("FromClient")) {
                String problem = FrameDecoder.decode(payload.encode().getBytes(UTF_8))
                        .fold(frame -> "", malformed -> malformed.toString());
                assertThat(problem).isEmpty();
            } else {
                assertThat(schemaOf(key).getJsonObject("properties").fieldNames())
                        .containsAll(payload.fieldNames());
            }
        }
    }

    @Test
    void each_reference_leads_to_something_in_the_document() {
        Set<String> targets = new TreeSet<>();
        collect(DOCUMENT, targets);
        assertThat(targets).hasSizeGreaterThan(100).allSatisfy(target -> {
            Object found = DOCUMENT;
            for (String name : target.substring("#/".length()).split("/", -1)) {
                found = ((JsonObject) found).getValue(name);
                assertThat(found).as(target).isNotNull();
            }
        });
    }

    @Test
    void close_codes_and_reasons_are_those_of_the_server() {
        assertThat(CHANNEL.getJsonArray("x-close-codes").stream()
                        .map(JsonObject.class::cast)
                        .map(row -> row.getInteger("code") + " " + row.getString("phrase")))
                .isSortedAccordingTo(Comparator.comparing((String each) -> each.substring(0, 4)))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(CloseCode.values())
                        .map(each -> each.code() + " " + each.phrase())
                        .toList());
        Map<String, String> sentences = new TreeMap<>();
        for (Object row : CHANNEL.getJsonArray("x-error-reasons")) {
            sentences.put(((JsonObject) row).getString("reason"), ((JsonObject) row).getString("message"));
        }
        Map<String, String> expected = new TreeMap<>();
        Stream.of(Reason.values()).forEach(each -> expected.put(each.id(), each.sentence()));
        assertThat(sentences).isEqualTo(expected);
        operations("receive")
                .forEach(each ->
                        assertThat(each.getJsonObject("x-errors").fieldNames()).isSubsetOf(expected.keySet()));
    }

    @Test
    void limits_are_the_defaults_of_the_configuration() {
        Map<ClientAction, LimitRow> actions =
                TestNode.edited().ratelimit().limits().actions();
        for (JsonObject operation : operations("receive")) {
            FrameType type = FrameType.of(operation.getString("title")).orElseThrow();
            assertThat(operation.getInteger("x-perMinute"))
                    .as(type.id())
                    .isEqualTo(actions.containsKey(type) ? actions.get(type).max() : null);
            assertThat(operation.getJsonArray("x-counts"))
                    .as(type.id())
                    .isEqualTo(
                            COUNT_FOR_THE_CONNECTION.contains(type)
                                    ? JsonArray.of("connection")
                                    : JsonArray.of("user", "connection"));
        }
    }

    private static List<JsonObject> operations(String action) {
        JsonObject operations = DOCUMENT.getJsonObject("operations");
        return operations.fieldNames().stream()
                .map(operations::getJsonObject)
                .filter(each -> each.getString("action").equals(action))
                .toList();
    }

    private static JsonObject schemaOf(String key) {
        String path = MESSAGES.getJsonObject(key).getString("x-schema");
        String name = path.substring("/schemas/".length(), path.length() - ".json".length());
        return new JsonObject(new String(JsonSchemas.find(name).orElseThrow(), UTF_8));
    }

    /** Adds the references within a value. */
    private static void collect(Object value, Set<String> to) {
        if (value instanceof JsonObject object) {
            object.forEach(each -> {
                if (each.getKey().equals("$ref")) {
                    to.add((String) each.getValue());
                }
                collect(object.getValue(each.getKey()), to);
            });
        } else if (value instanceof JsonArray array) {
            array.forEach(each -> collect(each, to));
        }
    }

    private static List<String> undescribed(JsonObject schema, String path) {
        List<String> names = new ArrayList<>();
        JsonObject properties = schema.getJsonObject("properties", new JsonObject());
        for (String name : properties.fieldNames()) {
            JsonObject property = properties.getJsonObject(name);
            if (property.getString("description", "").isEmpty()) {
                names.add(path + name);
            }
            names.addAll(undescribed(property, path + name + "/"));
        }
        if (schema.containsKey("items")) {
            names.addAll(undescribed(schema.getJsonObject("items"), path));
        }
        return names;
    }

    private static JsonObject withoutDescriptions(JsonObject schema) {
        JsonObject properties = schema.getJsonObject("properties", new JsonObject());
        for (String name : properties.fieldNames()) {
            properties.getJsonObject(name).remove("description");
            withoutDescriptions(properties.getJsonObject(name));
        }
        if (schema.containsKey("items")) {
            withoutDescriptions(schema.getJsonObject("items"));
        }
        return schema;
    }
}
