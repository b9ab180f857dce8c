package dev.portcullis.uploads;

import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.UploadTicket;

/** The paths of files over HTTP. */
public final class UploadPaths {
    /** The path to which a file is sent begins with this; the ticket follows. */
    public static final String TICKETS = "/api/uploads/";

    private static final String FILES = "/api/files/";

    /** Stands for a host where none is configured. It leads nowhere (RFC 6761 section 6.4). */
    private static final String NOWHERE = "https://portcullis.invalid";

    private UploadPaths() {}

    static String upload(UploadsConfig config, UploadTicket ticket) {
        return config.publicUrl() + TICKETS + ticket.text();
    }

    /** The URL by which messages refer to a file: attachments are https URLs, also where a server has no TLS. */
    public static String file(UploadsConfig config, FileId id) {
        return (config.publicUrl().isEmpty() ? NOWHERE : config.publicUrl()) + FILES + id.value();
    }
}
