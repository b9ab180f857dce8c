package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.portcullis.protocol.FrameType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A schema is compiled completely or stops the start: an ignored keyword would let frames pass that the schema refuses.
 */
class SchemaCompilerTest {
    private static final Set<String> HOLD_ONE = Set.of("items", "propertyNames", "not", "if", "then");

    /** A schema in a file, with its location. */
    private record LocatedSchema(String location, JsonObject schema) {}

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void unknown_keyword_anywhere_in_a_published_schema_is_refused_with_its_location(FrameType type) {
        int schemasIn = schemasIn(schema(type)).size();
        assertThat(schemasIn).isGreaterThan(6);
        for (int i = 0; i < schemasIn; i++) {
            JsonObject changed = schema(type);
            LocatedSchema located = schemasIn(changed).get(i);
            located.schema().put("x-unknown", true);
            assertRefused(
                    type, changed, type.id() + ".json" + located.location() + ": it does not implement x-unknown");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$ref",
                "$defs",
                "$anchor",
                "$dynamicRef",
                "$dynamicAnchor",
                "$vocabulary",
                "allOf",
                "anyOf",
                "else",
                "then",
                "dependentSchemas",
                "prefixItems",
                "contains",
                "minContains",
                "maxContains",
                "patternProperties",
                "unevaluatedItems",
                "unevaluatedProperties",
                "minProperties",
                "maxProperties",
                "multipleOf",
                "exclusiveMinimum",
                "exclusiveMaximum",
                "format",
                "contentEncoding",
                "contentMediaType",
                "contentSchema",
                "default",
                "deprecated",
                "description",
                "examples",
                "readOnly",
                "writeOnly",
            })
    void keyword_of_the_draft_that_the_decoder_lacks_is_refused_in_a_schema_of_any_type(String keyword) {
        int schemasIn = schemasIn(schema(FrameType.CHAT)).size();
        for (int i = 0; i < schemasIn; i++) {
            JsonObject changed = schema(FrameType.CHAT);
            schemasIn(changed).get(i).schema().put(keyword, new JsonObject());
            assertRefused(FrameType.CHAT, changed, "it does not implement " + keyword + " here");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "roomId, maximum",
        "roomId, maxItems",
        "roomId, enum",
        "timestamp, maximum",
        "timestamp, pattern",
        "since, minLength",
        "since, $id",
        "presence, const",
        "presence, enum",
        "rooms, maxLength",
        "rooms, required",
        "type, type",
        "type, pattern",
    })
    void keyword_in_a_schema_of_another_type_than_its_own_is_refused(String field, String keyword) {
        JsonObject changed = schema(FrameType.JOIN);
        Object value = keyword.equals("type") ? "string" : keyword.equals("enum") ? new JsonArray().add("a") : 1;
        property(changed, field).put(keyword, value);
        assertRefused(FrameType.JOIN, changed, "/properties/" + field + ": ");
    }

    @Test
    void object_that_is_open_or_not_guarded_against_prototype_keys_is_refused() {
        refusesJoin(schema -> schema.remove("additionalProperties"), "closed by additionalProperties");
        refusesJoin(schema -> schema.put("additionalProperties", true), "closed by additionalProperties");
        refusesJoin(schema -> schema.put("additionalProperties", new JsonObject()), "additionalProperties");
        refusesJoin(schema -> schema.remove("propertyNames"), "without prototype keys");
        refusesJoin(
                schema -> schema.getJsonObject("propertyNames")
                        .getJsonObject("not")
                        .put("enum", new JsonArray().add("__proto__")),
                "the reader refuses the names");
    }

    @Test
    void value_that_a_record_could_not_hold_is_refused() {
        refusesJoin(schema -> position(schema).getJsonObject("seq").remove("maximum"), "/seq: it implements integers");
        refusesJoin(schema -> position(schema).getJsonObject("seq").remove("minimum"), "/seq: it implements integers");
        refusesJoin(
                schema -> position(schema).getJsonObject("seq").put("maximum", 1L << 54),
                "/seq: it implements integers");
        refusesJoin(
                schema -> position(schema).getJsonObject("seq").put("maximum", Long.MAX_VALUE),
                "/seq: it does not implement this value of maximum");
        refusesJoin(schema -> property(schema, "rooms").putNull("maxItems"), "this value of maxItems");
        refusesJoin(
                schema -> position(schema).getJsonObject("epoch").remove("pattern"), "/epoch: it implements strings");
        refusesJoin(schema -> property(schema, "rooms").put("maxItems", -1), "this value of maxItems");
        refusesJoin(schema -> property(schema, "rooms").put("maxItems", 1L << 31), "this value of maxItems");
        refusesJoin(schema -> property(schema, "rooms").put("maxItems", 1.5), "join.json");
        refusesJoin(schema -> property(schema, "rooms").remove("items"), "/rooms: it implements lists");
        refusesJoin(schema -> property(schema, "presence").put("type", "null"), "/presence: it does not implement its");
        refusesJoin(schema -> property(schema, "presence").remove("type"), "/presence: it does not implement its");
        refusesJoin(
                schema -> property(schema, "presence").put("type", new JsonArray().add("boolean")), "value of type");
    }

    @Test
    void rule_over_several_fields_that_asks_for_more_than_their_presence_is_refused() {
        refusesJoin(
                schema -> schema.put("oneOf", new JsonArray().add(new JsonObject())), "/oneOf/0: it implements req");
        refusesJoin(schema -> schema.put("not", new JsonObject()), "/not: it implements required");
        refusesJoin(schema -> schema.put("dependentRequired", 1), "this value of dependentRequired");
        refusesJoin(
                schema -> schema.put("dependentRequired", new JsonObject().put("since", "roomId")),
                "this value of dependentRequired");
        refusesJoin(schema -> schema.put("if", required("roomId")), "no if alone");
        JsonObject flag = new JsonObject().put("presence", new JsonObject().put("maxLength", 1));
        refusesJoin(
                schema -> schema.put("if", required("roomId")).put("then", new JsonObject().put("properties", flag)),
                "/then/properties/presence: it implements tighter bounds of texts only");
        refusesJoin(schema -> schema.put("required", new JsonArray().add("token")), "a field that is no property");
    }

    @Test
    void field_without_a_name_in_the_code_is_refused() {
        refusesJoin(
                schema -> schema.getJsonObject("properties").put("colour", new JsonObject().put("type", "boolean")),
                "no field of a frame is called colour");
    }

    @Test
    void unique_items_are_refused_where_no_field_tells_them_apart() {
        JsonObject changed = schema(FrameType.CHAT);
        property(changed, "attachments").put("uniqueItems", true);
        assertRefused(FrameType.CHAT, changed, "/attachments: it implements uniqueItems only where");
    }

    @Test
    void pattern_beyond_what_the_decoder_matches_is_refused() {
        refusesJoin(schema -> property(schema, "roomId").put("pattern", "^a|b$"), "/roomId: it does not implement the");
        refusesJoin(
                schema -> property(schema, "roomId").put("pattern", "^a*a$"), "/roomId: it does not implement back");
    }

    @Test
    void file_of_another_draft_or_type_or_that_is_no_json_is_refused() {
        refusesJoin(schema -> schema.put("$schema", "http://json-schema.org/draft-07/schema#"), "draft 2020-12");
        refusesJoin(schema -> property(schema, "type").put("const", "leave"), "not for an object of the type join");
        refusesJoin(schema -> schema.getJsonObject("properties").remove("type"), "a field that is no property");
        refusesJoin(
                schema -> {
                    schema.getJsonObject("properties").remove("type");
                    schema.remove("required");
                },
                "not for an object of the type join");
        refusesJoin(schema -> property(schema, "type").put("const", 1), "this value of const");
        for (String text :
                List.of("", "{", "[]", "{} {}", "{\"type\":null}", "{\"type\":\"object\",\"type\":\"object\"}")) {
            assertThatExceptionOfType(UnsupportedSchemaException.class)
                    .as(text)
                    .isThrownBy(() -> new SchemaCompiler().compile(FrameType.JOIN, text.getBytes(UTF_8)))
                    .withMessageContaining("join.json");
        }
    }

    @Test
    void one_bad_file_among_the_good_stops_all() {
        assertThatExceptionOfType(UnsupportedSchemaException.class)
                .isThrownBy(() -> new FrameSchemas(type -> type == FrameType.READ
                        ? "{}".getBytes(UTF_8)
                        : JsonSchemas.find(type.id()).orElseThrow()))
                .withMessageContaining("read.json#");
        FrameDecoder.prepare();
    }

    @Test
    void each_field_that_has_a_name_in_the_code_stands_in_some_schema() {
        List<String> named = new ArrayList<>();
        for (FrameType type : FrameType.values()) {
            schemasIn(schema(type))
                    .forEach(located -> located.schema()
                            .getJsonObject("properties", new JsonObject())
                            .forEach(property -> named.add(property.getKey())));
        }
        for (FieldName name : FieldName.values()) {
            assertThat(named).contains(name.text());
        }
    }

    private static void refusesJoin(Consumer<JsonObject> change, String why) {
        JsonObject changed = schema(FrameType.JOIN);
        change.accept(changed);
        assertRefused(FrameType.JOIN, changed, why);
    }

    private static void assertRefused(FrameType type, JsonObject schema, String why) {
        assertThatExceptionOfType(UnsupportedSchemaException.class)
                .as(schema::encode)
                .isThrownBy(
                        () -> new SchemaCompiler().compile(type, schema.encode().getBytes(UTF_8)))
                .withMessageContaining(why);
    }

    private static JsonObject schema(FrameType type) {
        return new JsonObject(new String(JsonSchemas.find(type.id()).orElseThrow(), UTF_8));
    }

    private static JsonObject property(JsonObject schema, String field) {
        return schema.getJsonObject("properties").getJsonObject(field);
    }

    private static JsonObject position(JsonObject join) {
        return property(join, "since").getJsonObject("properties");
    }

    private static JsonObject required(String field) {
        return new JsonObject().put("required", new JsonArray().add(field));
    }

    /** Every schema of a file, itself first. */
    private static List<LocatedSchema> schemasIn(JsonObject file) {
        List<LocatedSchema> all = new ArrayList<>();
        collect(new LocatedSchema("#", file), all);
        return all;
    }

    private static void collect(LocatedSchema located, List<LocatedSchema> into) {
        into.add(located);
        for (Map.Entry<String, Object> keyword : located.schema()) {
            String location = located.location() + "/" + keyword.getKey();
            if (HOLD_ONE.contains(keyword.getKey())) {
                collect(new LocatedSchema(location, (JsonObject) keyword.getValue()), into);
            } else if (keyword.getKey().equals("properties")) {
                ((JsonObject) keyword.getValue())
                        .forEach(each -> collect(
                                new LocatedSchema(location + "/" + each.getKey(), (JsonObject) each.getValue()), into));
            } else if (keyword.getKey().equals("oneOf")) {
                JsonArray branches = (JsonArray) keyword.getValue();
                for (int i = 0; i < branches.size(); i++) {
                    collect(new LocatedSchema(location + "/" + i, branches.getJsonObject(i)), into);
                }
            }
        }
    }
}
