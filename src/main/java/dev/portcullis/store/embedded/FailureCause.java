package dev.portcullis.store.embedded;

import dev.portcullis.config.text.RootCause;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** What an operator does about the cause of a failed call of the disk or the engine. */
final class FailureCause {
    private static final String NO_SPACE = "No space left on device";

    private FailureCause() {}

    /** The remedy for an operator if a store can't be opened for this cause. */
    static String remedy(String cause) {
        if (containsAny(cause, NO_SPACE, "Disk quota exceeded")) {
            return "free some room there and start again";
        }
        if (containsAny(
                cause, "Read-only file system", "Permission denied", "Operation not permitted", "AccessDenied")) {
            return "let the user of this process write there, or set another store.path";
        }
        if (containsAny(cause, "Too many open files")) {
            return "raise the limit of open files (LimitNOFILE of systemd, or ulimit -n), and start again";
        }
        if (containsAny(cause, "Input/output error")) {
            return "check the disk and what the kernel logs of it, and start again";
        }
        return "restore it from a backup, or move it away to start with an empty store";
    }

    /** Whether the engine writes again by itself when there is space. */
    static boolean isFullDisk(RocksDBException failure) {
        Status status = failure.getStatus();
        return status == null
                ? containsAny(RootCause.of(failure), NO_SPACE)
                : status.getSubCode() == Status.SubCode.NoSpace;
    }

    private static boolean containsAny(String cause, String... words) {
        for (String each : words) {
            if (cause.contains(each)) {
                return true;
            }
        }
        return false;
    }
}
