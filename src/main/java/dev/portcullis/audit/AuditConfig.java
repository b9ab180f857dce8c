package dev.portcullis.audit;

import dev.portcullis.config.Section;

public record AuditConfig(long repeatsMs, int sources) {
    public static AuditConfig read(Section audit) {
        return new AuditConfig(
                audit.millis(
                        "repeatsMs",
                        10_000,
                        100,
                        60_000,
                        "window in which repeated refusals of one source and reason become one log line"),
                audit.integer(
                        "sources",
                        10_000,
                        16,
                        1_000_000,
                        "sources of refusals distinguished at a time; refusals of further sources are only counted"));
    }
}
