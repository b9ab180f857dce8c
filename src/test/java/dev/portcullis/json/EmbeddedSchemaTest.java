package dev.portcullis.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddedSchemaTest {
    private static final String AT = "#/components/schemas/event.vote";

    @Test
    void references_at_each_place_of_a_schema_begin_at_the_part() {
        Map<String, Object> reference = Map.of("$ref", "#/$defs/a");
        Map<String, Object> moved = Map.of("$ref", AT + "/$defs/a");

        assertThat(EmbeddedSchema.of(
                        Map.of(
                                "properties", Map.of("field", reference),
                                "allOf", List.of(reference, true),
                                "items", reference,
                                "$defs", Map.of("a", Map.of("not", reference))),
                        AT))
                .isEqualTo(Map.of(
                        "properties", Map.of("field", moved),
                        "allOf", List.of(moved, true),
                        "items", moved,
                        "$defs", Map.of("a", Map.of("not", moved))));
    }

    @Test
    void a_reference_to_the_whole_schema_leads_to_the_part() {
        assertThat(EmbeddedSchema.of(Map.of("items", Map.of("$ref", "#")), AT))
                .isEqualTo(Map.of("items", Map.of("$ref", AT)));
    }

    @Test
    void fields_and_values_that_read_like_keywords_stay() {
        Map<String, Object> schema = Map.of(
                "properties", Map.of("$id", true, "$schema", true, "$ref", Map.of("type", "string")),
                "enum", List.of(Map.of("$ref", "#/a", "$id", "b")));

        assertThat(EmbeddedSchema.of(schema, AT)).isEqualTo(schema);
    }

    @Test
    void address_and_draft_of_the_document_are_left_out() {
        assertThat(EmbeddedSchema.of(
                        Map.of("$schema", "https://json-schema.org/draft/2020-12/schema", "$id", "a", "title", "t"),
                        AT))
                .isEqualTo(Map.of("title", "t"));
    }
}
