package dev.portcullis.admin;

import dev.portcullis.config.Problem;
import dev.portcullis.protocol.LowerCaseId;
import java.util.List;

/**
 * Why the configuration that was read again is not in force. Nothing of it is.
 *
 * @param problems at least one; none quotes a secret
 */
public record ReloadRefusal(Why why, List<Problem> problems) {
    /** Which step refused. */
    public enum Why implements LowerCaseId {
        /** The file could not be read, or holds mistakes. */
        INVALID,
        /** A key has changed that can't while the node runs. */
        NEEDS_RESTART,
        /** A setting has changed that all nodes of a cluster share, on this one alone. */
        SHARED,
        /** A key or a certificate that the file names can't be used. */
        UNUSABLE,
        /** Another reload, or frames that take too long, are in the way: it may be tried again. */
        BUSY
    }

    public static ReloadRefusal of(Why why, String key, String what, String fix) {
        return new ReloadRefusal(why, List.of(new Problem(key, what, fix)));
    }
}
