package dev.portcullis.uploads;

import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.ticket.Upload;
import io.vertx.core.Future;

/**
 * Whether the user of a ticket may send its file, asked when that begins and while it arrives (CWE-613, CWE-863). The caller brings
 * it.
 */
public interface UploadRights {
    /** Whether this user may send nothing meanwhile. */
    boolean isOver(UserId owner);

    /** Whether a ticket for this file would be given now, by the token that it was given by. Fails if that can't be found out. */
    Future<Boolean> maySend(Upload upload);
}
