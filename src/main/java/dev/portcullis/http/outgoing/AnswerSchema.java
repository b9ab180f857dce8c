package dev.portcullis.http.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.config.Json;
import dev.portcullis.json.KeywordCheck;
import dev.portcullis.json.SharedJudge;
import dev.portcullis.protocol.Rejection.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The published form of the answer of a service outside. Any thread may judge by it. */
public final class AnswerSchema {
    private static final Map<OutgoingService, AnswerSchema> PUBLISHED = new EnumMap<>(OutgoingService.class);

    static {
        for (OutgoingService each : List.of(
                OutgoingService.ROOM_AUTHORIZER,
                OutgoingService.DIRECT_HOOK,
                OutgoingService.CONTENT_HOOK,
                OutgoingService.REPUTATION)) {
            PUBLISHED.put(each, load(each.id() + ".json"));
        }
    }

    private final byte[] file;
    private final SharedJudge judge;
    private final Set<String> members;

    private AnswerSchema(byte[] file, SharedJudge judge, Set<String> members) {
        this.file = file;
        this.judge = judge;
        this.members = members;
    }

    /**
     * The members of an answer that its schema knows.
     *
     * @param violations the violations of the answer
     */
    public record Answer(Map<String, Object> members, List<Violation> violations) {
        public Answer {
            members = Map.copyOf(members);
            violations = List.copyOf(violations);
        }

        public boolean fits() {
            return violations.isEmpty();
        }

        public Optional<String> text(String member) {
            return members.get(member) instanceof String text ? Optional.of(text) : Optional.empty();
        }
    }

    /** @param service one whose answers have a schema */
    public static AnswerSchema of(OutgoingService service) {
        return Optional.ofNullable(PUBLISHED.get(service))
                .orElseThrow(() -> new IllegalArgumentException("answers of " + service + " have no schema"));
    }

    public static Set<OutgoingService> services() {
        return Set.copyOf(PUBLISHED.keySet());
    }

    /** The schema as it is published. */
    public byte[] file() {
        return file.clone();
    }

    /** Reads one JSON value strictly: UTF-8, no comments, no key twice. */
    public static @Nullable Object parse(byte[] body) throws IOException {
        return Json.parseWithoutComments(
                UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
    }

    /**
     * Reads an object. Members that the schema does not know are ignored, so that a service may say more to others.
     *
     * @return empty for anything but one JSON object
     */
    public Optional<Answer> read(byte[] body) {
        try {
            return parse(body) instanceof Map<?, ?> object ? Optional.of(answer(object)) : Optional.empty();
        } catch (IOException malformed) {
            return Optional.empty();
        }
    }

    public boolean admits(@Nullable Object value) {
        return judge.judge(value).isEmpty();
    }

    private Answer answer(Map<?, ?> object) {
        Map<String, @Nullable Object> known = new LinkedHashMap<>();
        members.stream().filter(object::containsKey).forEach(name -> known.put(name, object.get(name)));
        List<Violation> violations = judge.judge(known);
        Map<String, Object> present = new LinkedHashMap<>();
        known.forEach((name, value) -> {
            if (value != null) {
                present.put(name, value);
            }
        });
        return new Answer(present, violations);
    }

    private static AnswerSchema load(String name) {
        try (InputStream in = AnswerSchema.class.getResourceAsStream("answers/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the build lacks the schema of answers " + name);
            }
            byte[] file = in.readAllBytes();
            if (!(parse(file) instanceof Map<?, ?> schema)) {
                throw new IllegalStateException(name + " is no schema");
            }
            KeywordCheck.check(schema, (pointer, why) -> {
                throw new IllegalStateException(name + "#" + pointer + ": " + why);
            });
            return new AnswerSchema(file, SharedJudge.of(schema), members(schema));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Set<String> members(Map<?, ?> schema) {
        Set<String> names = new LinkedHashSet<>();
        if (schema.get("properties") instanceof Map<?, ?> properties) {
            properties.keySet().forEach(name -> names.add(String.valueOf(name)));
        }
        return names;
    }
}
