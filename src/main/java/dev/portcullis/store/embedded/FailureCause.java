package dev.portcullis.store.embedded;

import java.nio.file.FileSystemException;

/** Why the disk or the machine refused, in its own words and on one line. */
final class FailureCause {
    private FailureCause() {}

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

    /** What an operator can do about a store that can't be opened for this. */
    static String remedy(String cause) {
        if (says(cause, "No space left on device", "Disk quota exceeded")) {
            return "free some room there and start again";
        }
        if (says(cause, "Read-only file system", "Permission denied", "Operation not permitted", "AccessDenied")) {
            return "let the user of this process write there, or set another store.path";
        }
        return "restore it from a backup, or move it away to begin anew";
    }

    private static boolean says(String cause, String... words) {
        for (String each : words) {
            if (cause.contains(each)) {
                return true;
            }
        }
        return false;
    }
}
