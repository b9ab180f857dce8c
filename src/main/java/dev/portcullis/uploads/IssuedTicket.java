package dev.portcullis.uploads;

import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadTicket;

/** The client gets the ticket; the server keeps the upload. */
public record IssuedTicket(UploadTicket ticket, Upload upload) {}
