package dev.portcullis.streams.cutoff;

import dev.portcullis.config.Json;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.Cutoff.TokenRevoked;
import dev.portcullis.streams.cutoff.Cutoff.UserCutOff;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A cut-off as the body of its entry: an object without its opening brace, since the entry's position is put in front.
 * Every release reads the same body: fields may be added. An entry that means something else gets another type, which
 * older releases skip.
 */
public final class CutoffBody {
    private static final int VERSION = 1;
    private static final String SESSION_ENDED = "session_ended";
    private static final String TOKEN_REVOKED = "token_revoked";
    private static final String USER_CUT_OFF = "user_cut_off";

    private CutoffBody() {}

    public static byte[] encode(Cutoff cutoff) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", type(cutoff));
        fields.put("v", VERSION);
        fieldsOf(cutoff).forEach(field -> fields.put(field.getKey(), field.getValue()));
        return Json.write(fields).substring(1).getBytes(StandardCharsets.UTF_8);
    }

    private static List<Map.Entry<String, Object>> fieldsOf(Cutoff cutoff) {
        return cutoff.fold(
                ended -> List.of(
                        field("sessionId", ended.sessionId()),
                        field("cause", ended.cause().id())),
                token -> Stream.concat(
                                Stream.concat(
                                        Stream.of(field("tokenId", token.id())),
                                        token.by() == TokenRevoked.By.FAMILY
                                                ? Stream.of(
                                                        field("by", token.by().id()))
                                                : Stream.empty()),
                                token.user().map(user -> field("userId", user.value())).stream())
                        .toList(),
                user -> List.of(
                        field("userId", user.user().value()),
                        field("issuedBefore", user.issuedBefore()),
                        field("cause", user.cause().id())));
    }

    private static Map.Entry<String, Object> field(String name, Object value) {
        return Map.entry(name, value);
    }

    /** The cut-off of a body; empty for a body of any other kind. */
    public static Optional<Cutoff> decode(byte[] body) {
        try {
            return Json.parse("{" + new String(body, StandardCharsets.UTF_8)) instanceof Map<?, ?> fields
                    ? decode(new Fields(fields))
                    : Optional.empty();
        } catch (IOException malformed) {
            return Optional.empty();
        }
    }

    /** The type of the cut-off's entry, and of its idempotency key. */
    static String type(Cutoff cutoff) {
        return cutoff.fold(ended -> SESSION_ENDED, token -> TOKEN_REVOKED, user -> USER_CUT_OFF);
    }

    /**
     * Decodes fields. A missing or unknown value in a cut-off of a later release is read so that more connections are closed,
     * never fewer (CWE-636).
     */
    private static Optional<Cutoff> decode(Fields fields) {
        return switch (fields.text("type").orElse("")) {
            case SESSION_ENDED ->
                fields.text("sessionId")
                        .map(id -> new SessionEnded(
                                id,
                                fields.text("cause").map(SessionEnded.Cause::of).orElse(SessionEnded.Cause.OTHER)));
            case TOKEN_REVOKED ->
                fields.text("tokenId")
                        .map(id -> new TokenRevoked(
                                id,
                                fields.text("by")
                                                .filter(TokenRevoked.By.FAMILY.id()::equals)
                                                .isPresent()
                                        ? TokenRevoked.By.FAMILY
                                        : TokenRevoked.By.TOKEN,
                                fields.user()));
            case USER_CUT_OFF ->
                fields.user()
                        .map(user -> new UserCutOff(
                                user,
                                fields.number("issuedBefore").orElse(UserCutOff.ALL),
                                fields.text("cause")
                                                .filter(UserCutOff.Cause.BANNED.id()::equals)
                                                .isPresent()
                                        ? UserCutOff.Cause.BANNED
                                        : UserCutOff.Cause.REVOKED));
            default -> Optional.empty();
        };
    }

    /** The fields of a parsed body. */
    private record Fields(Map<?, ?> values) {
        Optional<String> text(String name) {
            return values.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
        }

        Optional<Long> number(String name) {
            return values.get(name) instanceof Long number ? Optional.of(number) : Optional.empty();
        }

        Optional<UserId> user() {
            return text("userId").filter(UserId::isValid).map(UserId::new);
        }
    }
}
