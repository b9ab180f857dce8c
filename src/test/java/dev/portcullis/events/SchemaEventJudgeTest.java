package dev.portcullis.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.content.ContentConfig;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.events.EventType.Destination;
import dev.portcullis.events.EventType.Source;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.RoomRole;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SchemaEventJudgeTest {
    private static final Map<String, Object> NOTE = Map.of(
            "type",
            "object",
            "properties",
            Map.of(
                    "text",
                    Map.of("type", "string", "x-content", true, "maxLength", 20_000L),
                    "raw",
                    Map.of("type", "string"),
                    "list",
                    Map.of("items", Map.of("type", "string", "x-content", true))),
            "additionalProperties",
            false);

    private final SchemaEventJudge judge = new SchemaEventJudge(
            EventTypes.of(List.of(type("note", NOTE), type("any", Map.of()))),
            new ContentPolicy(new ContentConfig(ContentConfig.Policy.ESCAPE, false)));

    @Test
    void unknown_event_is_refused_at_its_name() {
        assertThat(judged("other", "1")).isEqualTo("/event enum");
    }

    @Test
    void data_that_fit_pass_byte_for_byte() {
        String data = " { \"raw\" : \"<b>\\u0041\\ud800\" , \"text\":\"a\" } ";

        assertThat(judged("note", data)).isEqualTo(data);
        assertThat(judged("any", "[1.0, 1e3]")).isEqualTo("[1.0, 1e3]");
    }

    @Test
    void violations_lie_below_data() {
        assertThat(judged("note", "{\"raw\":1,\"more\":2}"))
                .isEqualTo("/data/raw type, /data/more additionalProperties");
        assertThat(judged("note", "[]")).isEqualTo("/data type");
    }

    @Test
    void texts_of_a_schema_that_says_so_are_made_safe_and_nothing_else_changes() {
        assertThat(judged(
                        "note",
                        "{ \"raw\": \"<b>\\u00e9\", \"list\": [\"ok\", \"<i>\"], \"text\": \"a\\r\\n<b> \\\"é\" }"))
                .isEqualTo(
                        "{ \"raw\": \"<b>\\u00e9\", \"list\": [\"ok\", \"&lt;i&gt;\"], \"text\": \"a\\n&lt;b&gt; &quot;é\" }");
    }

    @Test
    void text_that_is_made_safe_only_where_the_schema_says_so_although_an_equal_one_stands_beside_it() {
        assertThat(judged("note", "{\"raw\":\"<\",\"text\":\"<\"}")).isEqualTo("{\"raw\":\"<\",\"text\":\"&lt;\"}");
    }

    @Test
    void names_with_unpaired_surrogates_do_not_shift_what_is_replaced() {
        SchemaEventJudge any = new SchemaEventJudge(
                EventTypes.of(List.of(
                        type("e", Map.of("additionalProperties", Map.of("type", "string", "x-content", true))))),
                new ContentPolicy(new ContentConfig(ContentConfig.Policy.ESCAPE, false)));

        assertThat(shown(any.judge("e", "{\"\\ud800\":\"é<\"}".getBytes(UTF_8))))
                .isEqualTo("{\"\\ud800\":\"é&lt;\"}");
    }

    @Test
    void text_that_cannot_be_made_safe_is_a_violation_at_its_place() {
        assertThat(judged("note", "{\"list\":[\"a\",\"\\u0007\"]}")).isEqualTo("/data/list/1 pattern");
        assertThat(judged("note", "{\"text\":\"\\ud800\"}")).isEqualTo("/data/text pattern");
    }

    @Test
    void text_that_becomes_longer_than_its_schema_allows_passes_up_to_twice_a_frame() {
        assertThat(judged("note", "{\"text\":\"" + "<".repeat(20_000) + "\"}")).hasSizeGreaterThan(80_000);
        assertThat(judged("note", "{\"list\":[\"" + "'".repeat(60_000) + "\"]}"))
                .isEqualTo("/data/list/0 maxLength");
    }

    private String judged(String id, String data) {
        return shown(judge.judge(id, data.getBytes(UTF_8)));
    }

    private static String shown(Result<JudgedEvent, List<Violation>> judged) {
        return judged.fold(
                fits -> new String(fits.data(), UTF_8),
                details -> details.stream()
                        .map(violation -> violation.path() + " " + violation.rule())
                        .reduce((a, b) -> a + ", " + b)
                        .orElse(""));
    }

    private static EventType type(String id, Map<String, Object> schema) {
        return new EventType(
                id,
                schema,
                true,
                EnumSet.allOf(Destination.class),
                RoomRole.MEMBER,
                Source.CLIENTS,
                OptionalInt.empty());
    }
}
