package dev.portcullis.events;

import dev.portcullis.content.ComposedText;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.json.SchemaJudge;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.codec.JsonPointer;
import dev.portcullis.protocol.codec.JsonTexts;
import dev.portcullis.protocol.codec.JsonTree;
import dev.portcullis.protocol.codec.SchemaViolations;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges by one {@link SchemaJudge} for each event, all made at the start. Data are judged as they were sent; a text that is made safe
 * afterwards may become longer than its schema allows, as that of a chat message may.
 */
public final class SchemaEventJudge implements EventJudge {
    private static final String DATA = "/data";

    /** Twice a frame. A text of nothing but markup becomes six times as long. */
    private static final int MAX_BYTES = 1 << 17;

    private static final List<Violation> UNKNOWN = List.of(new Violation("/event", "enum"));

    private final EventTypes types;
    private final ContentPolicy content;
    private final Map<String, SchemaJudge> judges = new HashMap<>();

    public SchemaEventJudge(EventTypes types, ContentPolicy content) {
        this.types = types;
        this.content = content;
        types.all().forEach(type -> judges.put(type.id(), SchemaJudge.of(type.schema())));
    }

    @Override
    public Result<JudgedEvent, List<Violation>> judge(String id, byte[] data) {
        SchemaJudge judge = judges.get(id);
        return judge == null
                ? Result.refused(UNKNOWN)
                : JsonTree.read(data)
                        .fold(
                                value -> judge(types.of(id).orElseThrow(), judge, value, data),
                                (reason, details) ->
                                        invalid(details.isEmpty() ? List.of(new Violation("", "type")) : details));
    }

    private Result<JudgedEvent, List<Violation>> judge(
            EventType type, SchemaJudge judge, @Nullable Object value, byte[] data) {
        List<Violation> violations = judge.judge(value);
        if (!violations.isEmpty()) {
            return invalid(violations);
        }
        return judge.madeSafe().isEmpty()
                ? Result.done(new JudgedEvent(type, data))
                : safe(type, judge.madeSafe(), value, data);
    }

    private Result<JudgedEvent, List<Violation>> safe(
            EventType type, Set<String> texts, @Nullable Object value, byte[] data) {
        IdentityHashMap<String, String> replaced = new IdentityHashMap<>();
        IdentityHashMap<String, String> refused = new IdentityHashMap<>();
        for (String text : texts) {
            String safe = content.compose(text).fold(ComposedText::content, why -> {
                refused.put(text, why.rule());
                return text;
            });
            if (!safe.equals(text)) {
                replaced.put(text, safe);
            }
        }
        if (!refused.isEmpty()) {
            return invalid(at(refused, value));
        }
        if (replaced.isEmpty()) {
            return Result.done(new JudgedEvent(type, data));
        }
        byte[] written = JsonTexts.replaced(data, value, replaced);
        if (written.length > MAX_BYTES) {
            IdentityHashMap<String, String> tooLong = new IdentityHashMap<>();
            replaced.keySet().forEach(text -> tooLong.put(text, "maxLength"));
            return invalid(at(tooLong, value));
        }
        return Result.done(new JudgedEvent(type, written));
    }

    private static List<Violation> at(IdentityHashMap<String, String> ruleByText, @Nullable Object value) {
        SchemaViolations violations = new SchemaViolations();
        find(ruleByText, value, JsonPointer.ROOT, violations);
        return violations.details();
    }

    private static void find(
            IdentityHashMap<String, String> ruleByText, @Nullable Object value, JsonPointer at, SchemaViolations into) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, inner) -> find(ruleByText, inner, at.child(String.valueOf(name)), into));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                find(ruleByText, list.get(i), at.child(i), into);
            }
        } else if (value instanceof String text && ruleByText.containsKey(text)) {
            into.add(at, ruleByText.get(text));
        }
    }

    private static Result<JudgedEvent, List<Violation>> invalid(List<Violation> violations) {
        return Result.refused(violations.stream()
                .map(violation -> new Violation(DATA + violation.path(), violation.rule()))
                .toList());
    }
}
