package dev.portcullis.uploads;

import dev.portcullis.protocol.UserId;

/** Whether the user of a ticket may send its file, asked when that begins and while it arrives. The caller brings it. */
@FunctionalInterface
public interface UploadRights {
    /** Whether this user may send nothing meanwhile (CWE-863). */
    boolean isOver(UserId owner);
}
