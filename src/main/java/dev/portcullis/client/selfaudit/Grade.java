package dev.portcullis.client.selfaudit;

import dev.portcullis.protocol.LowerCaseId;

/** How a line of the report is marked, best first. */
public enum Grade implements LowerCaseId {
    SUCCESS(0),
    /** Nothing was learnt, or nothing is judged. */
    INFO(0),
    WARNING(1),
    FAILURE(3);

    private final int exitCode;

    Grade(int exitCode) {
        this.exitCode = exitCode;
    }

    /** The exit code of a run whose worst line has this mark; 2 is for one that did not run. */
    public int exitCode() {
        return exitCode;
    }
}
