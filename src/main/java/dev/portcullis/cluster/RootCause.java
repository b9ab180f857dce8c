package dev.portcullis.cluster;

/** What an exception of a library began with. */
final class RootCause {
    private static final int DEEPEST = 16;

    private RootCause() {}

    static Throwable of(Throwable broken) {
        Throwable innermost = broken;
        for (int depth = 0; innermost.getCause() != null && depth < DEEPEST; depth++) {
            innermost = innermost.getCause();
        }
        return innermost;
    }
}
