package dev.portcullis.uploads;

import dev.portcullis.protocol.Rejection;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadTicket;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What came of asking for a ticket. */
public sealed interface TicketResult {
    <R> R fold(BiFunction<UploadTicket, Upload, R> issued, Function<Rejection, R> refused);

    /** The client gets the ticket; the server keeps the upload. */
    record Issued(UploadTicket ticket, Upload upload) implements TicketResult {
        @Override
        public <R> R fold(BiFunction<UploadTicket, Upload, R> issued, Function<Rejection, R> refused) {
            return issued.apply(ticket, upload);
        }
    }

    /** There is none, and nothing counts. */
    record Refused(Rejection why) implements TicketResult {
        @Override
        public <R> R fold(BiFunction<UploadTicket, Upload, R> issued, Function<Rejection, R> refused) {
            return refused.apply(why);
        }
    }
}
