package dev.portcullis.cluster;

/** The innermost cause of an exception of a library. */
final class RootCause {
    private static final int MAX_DEPTH = 16;

    private RootCause() {}

    static Throwable of(Throwable failure) {
        Throwable innermost = failure;
        for (int depth = 0; innermost.getCause() != null && depth < MAX_DEPTH; depth++) {
            innermost = innermost.getCause();
        }
        return innermost;
    }
}
