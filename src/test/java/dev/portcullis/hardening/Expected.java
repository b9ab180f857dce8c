package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.FrameType;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the protocol page says of a frame, read without the decoder.
 *
 * @param least how many answers there are at least
 * @param most and at most
 * @param types what they may be
 * @param reasons the only ones it may be refused with
 * @param id what each answer carries, where it is known
 */
record Expected(String sent, int least, int most, Set<String> types, Set<String> reasons, Optional<String> id) {
    private static final Set<String> OF_FORM = Set.of("invalid_json", "validation_failed", "unknown_type");
    private static final Set<String> OF_MEANING =
            Set.of("forbidden", "not_found", "not_member", "conflict", "restricted", "unsupported");
    private static final Set<String> ANSWERS = Set.of(
            "ack",
            "error",
            "joined",
            "left",
            "history",
            "pong",
            "health-check",
            "presence",
            "upload_ticket",
            "token_refreshed");

    /** Frames that are not answered when all is well. */
    private static final Set<FrameType> SILENT = Set.of(FrameType.TYPING_INDICATOR, FrameType.READ, FrameType.ACK);

    private static final int MOST_ROOMS = 100;

    /** A frame that fits its schema; only what it says may be refused. */
    static Expected sound(FrameType type, String id, Map<String, Object> frame) {
        int rooms = frame.get("rooms") instanceof List<?> many ? many.size() : 1;
        boolean judgesContent = frame.containsKey("content") || frame.containsKey("name");
        return new Expected(
                frame.toString(),
                SILENT.contains(type) ? 0 : rooms,
                rooms,
                ANSWERS,
                judgesContent ? union(OF_MEANING, Set.of("validation_failed")) : OF_MEANING,
                Optional.of(id));
    }

    /** A frame that no server may take. */
    static Expected refused(String text, String reason) {
        return new Expected(text, 1, 1, Set.of("error"), Set.of(reason), Optional.empty());
    }

    /** Well-formed JSON, perhaps no frame any more. */
    static Expected spoiled(String text) {
        return new Expected(text, least(text), most(text), ANSWERS, union(OF_MEANING, OF_FORM), Optional.empty());
    }

    /** Perhaps not even JSON. */
    static Expected mangled(String text) {
        return isObject(text) ? spoiled(text) : refused(text, "invalid_json");
    }

    void judge(List<JsonObject> answers) {
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

    /** By a parser that takes more than ours, so what it refuses is no JSON for anybody. */
    private static boolean isObject(String text) {
        try {
            return !new JsonObject(text).isEmpty() || text.contains("{");
        } catch (DecodeException | ClassCastException notAnObject) {
            return false;
        }
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        return Stream.concat(one.stream(), other.stream()).collect(Collectors.toUnmodifiableSet());
    }
}
