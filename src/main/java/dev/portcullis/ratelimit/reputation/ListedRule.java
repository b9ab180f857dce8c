package dev.portcullis.ratelimit.reputation;

import dev.portcullis.config.Section;
import dev.portcullis.http.outgoing.AnswerSchema;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.ratelimit.reputation.AddressReputation.Standing;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the answer of a service says that an address is listed. Without a pointer its status says so: 200 if it is, 404 or 204 if
 * it is not.
 */
public record ListedRule(Optional<String> pointer, int atLeast) {
    private static final AnswerSchema SCHEMA = AnswerSchema.of(OutgoingService.REPUTATION);
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int NOT_FOUND = 404;
    private static final Pattern POINTER = Pattern.compile("(?:/(?:[^/~]|~[01])*){0,16}");

    static ListedRule read(Section listed) {
        Optional<String> pointer = listed.optionalText(
                "pointer",
                "JSON Pointer to the value in an answer of status 200 that says whether the address is listed, such as"
                        + " /data/score; without it 200 is listed, and 404 or 204 is not");
        if (pointer.filter(text -> !POINTER.matcher(text).matches()).isPresent()) {
            listed.problem("pointer", "is no JSON Pointer", "write such as /data/score");
        }
        return new ListedRule(
                pointer,
                listed.integer(
                        "atLeast",
                        1,
                        -1_000_000,
                        1_000_000,
                        "a number there from which on it is; true counts as 1, false as 0"));
    }

    /** Empty if the answer makes no sense, so that nothing is known. */
    Optional<Standing> judge(int status, byte[] body) {
        if (status == NOT_FOUND || status == NO_CONTENT) {
            return Optional.of(Standing.UNKNOWN);
        }
        if (status != OK) {
            return Optional.empty();
        }
        return pointer.map(path -> judge(path, body)).orElse(Optional.of(Standing.LISTED));
    }

    private Optional<Standing> judge(String path, byte[] body) {
        try {
            return standing(at(AnswerSchema.parse(body), path));
        } catch (IOException garbage) {
            return Optional.empty();
        }
    }

    private Optional<Standing> standing(@Nullable Object value) {
        if (!SCHEMA.admits(value)) {
            return Optional.empty();
        }
        BigDecimal number = value instanceof Boolean flag
                ? BigDecimal.valueOf(flag ? 1 : 0)
                : new BigDecimal(String.valueOf(value));
        return Optional.of(number.compareTo(BigDecimal.valueOf(atLeast)) >= 0 ? Standing.LISTED : Standing.UNKNOWN);
    }

    private static @Nullable Object at(@Nullable Object document, String path) {
        Object value = document;
        String[] steps = path.split("/", -1);
        for (int i = 1; i < steps.length; i++) {
            String step = steps[i].replace("~1", "/").replace("~0", "~");
            value = value instanceof Map<?, ?> map
                    ? map.get(step)
                    : value instanceof List<?> list ? item(list, step) : null;
        }
        return value;
    }

    private static @Nullable Object item(List<?> list, String step) {
        boolean index = step.matches("0|[1-9][0-9]{0,5}") && Integer.parseInt(step) < list.size();
        return index ? list.get(Integer.parseInt(step)) : null;
    }
}
