package dev.portcullis.broadcast.moderation;

import dev.portcullis.protocol.LowerCaseId;
import java.util.Optional;

/**
 * The moderation service's answer about a message.
 *
 * @param text of a refusal the reason, if there is one: a word of the service for the client's application, never a text; of a
 * replacement the text that replaces the author's, as unsafe as any input
 */
public record ModerationAnswer(Kind kind, Optional<String> text) {
    public static final ModerationAnswer ALLOW = new ModerationAnswer(Kind.ALLOW, Optional.empty());

    /** The service gave no answer, or none that can be understood. */
    public static final ModerationAnswer NONE = new ModerationAnswer(Kind.NONE, Optional.empty());

    static ModerationAnswer refuse(Optional<String> reason) {
        return new ModerationAnswer(Kind.REFUSE, reason);
    }

    static ModerationAnswer replace(String content) {
        return new ModerationAnswer(Kind.REPLACE, Optional.of(content));
    }

    @Override
    public String toString() {
        return "ModerationAnswer[" + kind + "]"; // the text of a message belongs in no log (CWE-532)
    }

    /** The kind of an answer, also for a metric. */
    public enum Kind implements LowerCaseId {
        ALLOW,
        REFUSE,
        REPLACE,
        NONE
    }
}
