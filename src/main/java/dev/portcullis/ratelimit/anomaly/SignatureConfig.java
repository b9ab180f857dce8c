package dev.portcullis.ratelimit.anomaly;

import dev.portcullis.config.Section;

/** The section {@code anomaly.signatures}. */
public record SignatureConfig(Mode content, Mode fields, Mode requests) {

    /** The reaction to a signature. */
    public enum Mode {
        OFF,
        /** It is counted and logged. */
        OBSERVE,
        /** It raises the score, too. */
        SCORE
    }

    static SignatureConfig read(Section signatures) {
        return new SignatureConfig(
                signatures.choice(
                        "content",
                        Mode.OBSERVE,
                        "signatures of attacks in the text of messages: off, observe (count and log) or score"),
                signatures.choice(
                        "fields",
                        Mode.SCORE,
                        "the same for all other free text of frames, such as the names of files and reasons"),
                signatures.choice(
                        "requests",
                        Mode.SCORE,
                        "the same for targets and headers of refused requests; score counts for the address"));
    }
}
