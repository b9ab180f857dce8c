package dev.portcullis.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.PublishedSchemas;
import dev.portcullis.protocol.codec.FrameDecoder;
import dev.portcullis.protocol.codec.FrameMaker;
import dev.portcullis.protocol.codec.JsonText;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FreeTextsTest {
    /** Texts that are compared with others, and shown to no one. */
    private static final Set<String> NOT_SHOWN = Set.of("token", "csrfToken", "event", "query");

    private static final Random RANDOM = new Random(1);

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void every_text_of_a_frame_that_has_no_form_is_searched(FrameType type) {
        for (int i = 0; i < 100; i++) {
            Map<String, Object> made = new FrameMaker(RANDOM, 1).valid(type);
            if (made.containsKey("event")) {
                made.put("event", "poll.vote");
            }
            ClientFrame.FreeTexts texts = decoded(made).texts();
            List<String> expected = new ArrayList<>();
            addTexts(PublishedSchemas.of(type), made, expected);
            assertThat(Stream.of(texts.content().stream(), texts.fields().stream(), texts.reasons().stream())
                            .flatMap(each -> each))
                    .as(type.id())
                    .containsExactlyInAnyOrderElementsOf(expected);
            assertThat(texts.content().isPresent()).as(type.id()).isEqualTo(made.containsKey("content"));
        }
    }

    private static void addTexts(JsonObject schema, Map<?, ?> of, List<String> to) {
        of.forEach((name, value) -> {
            JsonObject property = schema.getJsonObject("properties").getJsonObject((String) name);
            if (value instanceof List<?> list && property.containsKey("items")) {
                list.forEach(each -> addTexts(property.getJsonObject("items"), (Map<?, ?>) each, to));
            } else if (value instanceof Map<?, ?> inner && property.containsKey("properties")) {
                addTexts(property, inner, to);
            } else if (value instanceof String text && hasNoForm(property) && !NOT_SHOWN.contains(name)) {
                to.add(text);
            }
        });
    }

    /** The forms of addresses and media types can hold an attack, those of ids can't. */
    private static boolean hasNoForm(JsonObject property) {
        String pattern = property.getString("pattern", "");
        return "string".equals(property.getString("type"))
                && !property.containsKey("enum")
                && ("<script>/etc/passwd".matches(pattern) || pattern.contains("/"));
    }

    private static ClientFrame decoded(Map<String, Object> frame) {
        return FrameDecoder.decode(JsonText.print(frame).getBytes(StandardCharsets.UTF_8))
                .fold(readable -> readable, malformed -> {
                    throw new AssertionError(malformed);
                });
    }
}
