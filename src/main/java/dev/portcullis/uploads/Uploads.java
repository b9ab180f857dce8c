package dev.portcullis.uploads;

import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Result;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadTicket;
import io.vertx.core.Future;

/** The files of users, wherever they are. Used by all threads. */
public interface Uploads {
    UploadsConfig config();

    /**
     * Gives a ticket to a user who may write to the target, which the caller has asked. At the bound of what a user may
     * have: {@code conflict}. Where there is no room for a file of the size: {@code unavailable}.
     */
    Future<Result<UploadTickets.IssuedTicket, Rejection>> issue(UploadTickets.Wanted wanted);

    /** The URL that the client sends the file to. It is a credential. */
    String uploadUrl(UploadTicket ticket, Upload issued);

    /** When that is too late. */
    default long uploadUntil(Upload issued) {
        return issued.createdAt() + config().ticketMs();
    }

    /** Deletes the files that are due, and returns how many. Call it periodically. */
    Future<Integer> sweep();
}
