package dev.portcullis.content;

import dev.portcullis.config.Section;

/** How message text is prepared. */
public record ContentConfig(Policy policy, boolean blockShellPatterns) {

    /** The treatment of markup. */
    public enum Policy {
        /** Six tags without attributes survive; other tags go and their text stays. */
        ALLOWLIST,
        /** Nothing is markup: every character shows as it was typed. */
        ESCAPE
    }

    public static ContentConfig read(Section content) {
        return new ContentConfig(
                content.basic()
                        .choice(
                                "policy",
                                Policy.ALLOWLIST,
                                "allowlist keeps b, i, em, strong, code and pre without attributes; escape shows all markup as"
                                        + " text"),
                content.flag(
                        "blockShellPatterns",
                        false,
                        "refuses ; && || > < ` $( \\ and line ends, for deployments that feed messages to shells"));
    }
}
