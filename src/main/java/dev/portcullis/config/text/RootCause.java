package dev.portcullis.config.text;

import java.nio.file.FileSystemException;

/** The message of the root cause of a failed call of the disk or a library, on one line. */
public final class RootCause {
    private RootCause() {}

    /** With the name of the exception where the message alone is only the path of a file. */
    public static String of(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage() == null
                ? ""
                : root.getMessage().lines().findFirst().orElse("");
        boolean hasMessage =
                !message.isEmpty() && !(root instanceof FileSystemException file && file.getReason() == null);
        return hasMessage ? message : (root.getClass().getSimpleName() + " " + message).strip();
    }
}
