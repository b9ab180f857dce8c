package dev.portcullis.broadcast.moderation;

import dev.portcullis.http.outgoing.AnswerSchema;
import dev.portcullis.http.outgoing.AnswerSchema.Answer;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.protocol.Rejection.Violation;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the answer of the moderation service by its published schema: one that does not fit counts as no answer, and never as a
 * permission (CWE-636).
 */
final class AnswerReader {
    private static final AnswerSchema SCHEMA = AnswerSchema.of(OutgoingService.CONTENT_HOOK);

    private static final String REASON = "reason";
    private static final String CONTENT = "content";
    private static final Set<String> LENGTHS = Set.of("minLength", "maxLength");
    private static final int OK = 200;

    private AnswerReader() {}

    static ModerationAnswer read(int status, byte[] body) {
        if (status != OK) {
            return ModerationAnswer.NONE;
        }
        return SCHEMA.read(body).map(AnswerReader::read).orElse(ModerationAnswer.NONE);
    }

    private static ModerationAnswer read(Answer answer) {
        if (!answer.violations().stream().allMatch(AnswerReader::isOfRefusal)) {
            return ModerationAnswer.NONE;
        }
        return switch (answer.text("action").orElse("")) {
            case "allow" -> ModerationAnswer.ALLOW;
            case "refuse" ->
                // a reason reaches the client, so it can be no text
                ModerationAnswer.refuse(answer.fits() ? answer.text(REASON) : Optional.empty());
            case "replace" ->
                answer.fits()
                        ? ModerationAnswer.replace(answer.text(CONTENT).orElseThrow())
                        : ModerationAnswer.refuse(Optional.empty());
            default -> ModerationAnswer.NONE;
        };
    }

    /**
     * Whether the answer refuses although it does not fit: its reason is left out then, or its replacement is no message. It
     * counts as a refusal whatever {@code onFailure} is, since senders choose how long a replacement gets.
     */
    private static boolean isOfRefusal(Violation violation) {
        return violation.path().equals("/" + REASON)
                || (violation.path().equals("/" + CONTENT) && LENGTHS.contains(violation.rule()));
    }
}
