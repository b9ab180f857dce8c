package dev.portcullis.broadcast.moderation;

import dev.portcullis.broadcast.moderation.ModerationAnswer.Allowed;
import dev.portcullis.broadcast.moderation.ModerationAnswer.Refused;
import dev.portcullis.broadcast.moderation.ModerationAnswer.Replaced;
import dev.portcullis.broadcast.moderation.ModerationAnswer.Unanswered;
import dev.portcullis.config.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the answer of the moderation service strictly: what is not understood counts as no answer, and never as a
 * permission (CWE-636). Members that are not known are ignored, so that the service may say more to others.
 */
final class AnswerReader {
    /** The bound of the longest content that a client may send. */
    private static final int MAX_CONTENT = 5_000;

    /** It reaches the client, so it can be no text. */
    private static final Pattern REASON = Pattern.compile("[a-z0-9_-]{1,32}");

    private static final int OK = 200;
    private static final ModerationAnswer UNANSWERED = new Unanswered();

    private AnswerReader() {}

    static ModerationAnswer read(int status, byte[] body) {
        if (status != OK) {
            return UNANSWERED;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return Json.parseWithoutComments(text) instanceof Map<?, ?> members ? read(members) : UNANSWERED;
        } catch (IOException malformed) {
            return UNANSWERED;
        }
    }

    private static ModerationAnswer read(Map<?, ?> members) {
        if (!(members.get("action") instanceof String action)) {
            return UNANSWERED;
        }
        return switch (action) {
            case "allow" -> new Allowed();
            case "refuse" -> new Refused(reason(members));
            case "replace" -> replacement(members);
            default -> UNANSWERED;
        };
    }

    private static Optional<String> reason(Map<?, ?> members) {
        return members.get("reason") instanceof String reason
                ? Optional.of(reason).filter(word -> REASON.matcher(word).matches())
                : Optional.empty();
    }

    /** One that does not fit says no to what was written, whatever {@code onFailure} is: senders choose how long it gets. */
    private static ModerationAnswer replacement(Map<?, ?> members) {
        if (!(members.get("content") instanceof String content)) {
            return UNANSWERED;
        }
        return fits(content) ? new Replaced(content) : new Refused(Optional.empty());
    }

    private static boolean fits(String content) {
        int length = content.codePointCount(0, content.length());
        return length > 0 && length <= MAX_CONTENT;
    }
}
