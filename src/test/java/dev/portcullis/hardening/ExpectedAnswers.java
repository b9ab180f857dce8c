package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.FrameType;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The answers that the protocol page allows for a frame, determined without the decoder.
 *
 * @param least minimum of answers
 * @param most maximum of answers
 * @param types allowed types of answers
 * @param reasons allowed reasons of errors
 * @param id the id of each answer, if it is known
 */
record ExpectedAnswers(String sent, int least, int most, Set<String> types, Set<String> reasons, Optional<String> id) {
    private static final Set<String> REASONS_OF_FORM = Set.of("invalid_json", "validation_failed", "unknown_type");
    private static final Set<String> REASONS_OF_CONTENT =
            Set.of("forbidden", "not_found", "not_member", "conflict", "restricted", "unsupported");
    private static final Set<String> ANSWERS = Set.of(
            "ack",
            "error",
            "joined",
            "left",
            "history",
            "search",
            "pong",
            "health-check",
            "presence",
            "upload_ticket",
            "token_refreshed");

    /** Frames that get no answer on success. */
    private static final Set<FrameType> SILENT = Set.of(FrameType.TYPING_INDICATOR, FrameType.READ, FrameType.ACK);

    private static final Pattern SURROGATE = Pattern.compile("\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}");

    private static final int MOST_ROOMS = 100;

    /** Answers to a frame that fits its schema: it may be refused for its content only. */
    static ExpectedAnswers toValid(FrameType type, String id, Map<String, Object> frame) {
        int rooms = frame.get("rooms") instanceof List<?> many ? many.size() : 1;
        boolean judgesContent = Stream.of("content", "name", "event", "cursor").anyMatch(frame::containsKey);
        return new ExpectedAnswers(
                frame.toString(),
                SILENT.contains(type) ? 0 : rooms,
                rooms,
                ANSWERS,
                judgesContent ? union(REASONS_OF_CONTENT, Set.of("validation_failed")) : REASONS_OF_CONTENT,
                Optional.of(id));
    }

    /** The answer to a frame that must be refused. */
    static ExpectedAnswers toInvalid(String text, String reason) {
        return new ExpectedAnswers(text, 1, 1, Set.of("error"), Set.of(reason), Optional.empty());
    }

    /** Answers to a JSON object that may be no valid frame. */
    static ExpectedAnswers toJson(String text) {
        return new ExpectedAnswers(
                text, least(text), most(text), ANSWERS, union(REASONS_OF_CONTENT, REASONS_OF_FORM), Optional.empty());
    }

    /** Answers to text that may be no JSON. */
    static ExpectedAnswers toText(String text) {
        return isObject(text) ? toJson(text) : toInvalid(text, "invalid_json");
    }

    void check(List<JsonObject> answers) {
        assertThat(answers).as(sent).hasSizeBetween(least, most);
        for (JsonObject answer : answers) {
            assertThat(answer.getString("type")).as(sent).isIn(types);
            if ("error".equals(answer.getString("type"))) {
                assertThat(answer.getString("reason")).as(sent).isIn(reasons);
                assertThat(answer.getString("requestId")).isNotEmpty();
            }
            id.ifPresent(known -> assertThat(answer.getString("id")).as(sent).isEqualTo(known));
        }
    }

    private static int least(String text) {
        return SILENT.stream().anyMatch(type -> text.contains("\"" + type.id() + "\"")) ? 0 : 1;
    }

    private static int most(String text) {
        return text.contains("\"rooms\"") ? MOST_ROOMS : 1;
    }

    /**
     * Uses a parser that is more lenient than ours, so text that it refuses is no JSON. Only half a surrogate pair in a name is JSON,
     * which it refuses.
     */
    private static boolean isObject(String text) {
        try {
            return !new JsonObject(SURROGATE.matcher(text).replaceAll("\\\\ufffd")).isEmpty() || text.contains("{");
        } catch (DecodeException | ClassCastException notAnObject) {
            return false;
        }
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        return Stream.concat(one.stream(), other.stream()).collect(Collectors.toUnmodifiableSet());
    }
}
