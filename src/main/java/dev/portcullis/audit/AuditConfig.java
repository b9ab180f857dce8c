package dev.portcullis.audit;

import dev.portcullis.config.Section;

/**
 * @param repeatsMs over how long repeated refusals become one line
 * @param sources how many refused users and addresses are told apart at a time
 */
public record AuditConfig(long repeatsMs, int sources) {
    public static AuditConfig read(Section audit) {
        return new AuditConfig(
                audit.millis(
                        "repeatsMs",
                        10_000,
                        100,
                        60_000,
                        "over how long repeated refusals of one source and reason become one log line"),
                audit.integer(
                        "sources",
                        10_000,
                        16,
                        1_000_000,
                        "sources of refusals told apart at a time; those of more are only counted"));
    }
}
