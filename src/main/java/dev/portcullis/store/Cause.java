package dev.portcullis.store;

import java.nio.file.FileSystemException;

/** Why the disk or the machine refused, in its own words and on one line. */
final class Cause {
    private Cause() {}

    static String of(Throwable broken) {
        Throwable root = broken;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String words = root.getMessage() == null
                ? ""
                : root.getMessage().lines().findFirst().orElse("");
        boolean speaks = !words.isEmpty() && !(root instanceof FileSystemException file && file.getReason() == null);
        return speaks ? words : (root.getClass().getSimpleName() + " " + words).strip();
    }
}
