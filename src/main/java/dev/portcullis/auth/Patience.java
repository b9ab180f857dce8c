package dev.portcullis.auth;

/** How long a node may leave its lease unrenewed before its sessions count as ended. It renews each once a second. */
public enum Patience {
    /** What ends a session by itself. */
    USUAL(10_000),
    /** What does once its node could not be asked either: somebody waits for the place. */
    EARLY(3_000);

    private final long millis;

    Patience(long millis) {
        this.millis = millis;
    }

    long millis() {
        return millis;
    }
}
